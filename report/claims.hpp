// Claims and how they fared: as text for a terminal, and as the page docs/CLAIMS.md with its pictures.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiment/claims/verify.hpp"
#include "report/text.hpp"

namespace feedloop {

std::string claims_text(std::span<const ClaimResult> results, TextStyle style);

// A table with a row a claim, in order of their ids; then a section for each group of claims, whose ids differ by their small
// letter at most, of which one has a note: its notes, by id where there are several, its verdicts, and its picture, which lies
// in `folder`.
std::string claims_markdown(std::span<const ClaimResult> results, std::string_view folder);
// The page docs/CLAIMS.md: how to read it, and that. `date`: when it was measured.
std::string claims_page(std::span<const ClaimResult> results, Tier tier, std::string_view date, std::string_view folder);
// File names and SVG pictures of those groups, which stand alone: of each claim the values by seed, their mean and interval
// over the band where the value is said to lie.
std::vector<std::pair<std::string, std::string>> claims_pictures(std::span<const ClaimResult> results);

}  // namespace feedloop
