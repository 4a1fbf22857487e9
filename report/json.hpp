// A report as JSON, the form that scripts read and the archive keeps. Keys and their order are stable: those of
// docs/ARCHITECTURE.md, and beside them whatever else a report holds, so that reading back gives an equal report.
//
// A value that is missing is null, an infinite one the string "Infinity" or "-Infinity"; all other numbers read back to the
// same bits. `series` is keyed by "layer/variant/metric". `run` (speed, memory) comes last, because it alone lies outside the
// identity contract.
#pragma once

#include <string>
#include <string_view>

#include "experiment/report.hpp"

namespace feedloop {

std::string json_report(const Report& report);       // indented, with a newline at the end
std::string json_without_run(const Report& report);  // the part that is the same on any number of threads

// Throws Error naming the first key that is missing or wrong. Unknown keys are ignored.
Report parse_report(std::string_view json);

}  // namespace feedloop
