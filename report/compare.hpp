// Two runs side by side, for a terminal and as JSON: what differs between their scenarios in words and by key, and a row for
// each value and each effect. Pure functions of the comparison: nothing is computed here but the layout.
//
// JSON: missing numbers are null, infinite ones "Infinity" and "-Infinity"; all others read back to the same bits.
#pragma once

#include <string>

#include "experiment/comparison.hpp"
#include "report/text.hpp"

namespace feedloop {

std::string comparison_text(const RunComparison& comparison, TextStyle style = {});
std::string comparison_json(const RunComparison& comparison);  // indented, with a newline at the end

}  // namespace feedloop
