// The model registry of a report as a table for a terminal: a row for each version, oldest first, under a line for each
// pipeline. Like the text report a pure function of the report.
#pragma once

#include <string>

#include "experiment/report.hpp"
#include "report/text.hpp"

namespace feedloop {

std::string models_text(const Report& report, TextStyle style = {});

}  // namespace feedloop
