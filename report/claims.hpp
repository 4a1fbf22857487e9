// Claims and how they fared, as text for a terminal and as Markdown for docs/CLAIMS.md.
#pragma once

#include <span>
#include <string>

#include "experiment/claims/verify.hpp"
#include "report/text.hpp"

namespace feedloop {

std::string claims_text(std::span<const ClaimResult> results, TextStyle style);
std::string claims_markdown(std::span<const ClaimResult> results);

}  // namespace feedloop
