// The checks of `feedloop validity`, for a terminal and as the page docs/VALIDITY.md. Pure functions of the sections.
#pragma once

#include <span>
#include <string>

#include "experiment/replication/validity.hpp"
#include "report/text.hpp"

namespace feedloop {

std::string validity_text(std::span<const ValiditySection> sections, TextStyle style = {});
// The same bytes for the same build and tier: no time, no machine.
std::string validity_markdown(std::span<const ValiditySection> sections, Tier tier);

}  // namespace feedloop
