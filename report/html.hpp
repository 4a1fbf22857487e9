// A report as one HTML page to attach to a memo: no script, no other file, for a screen in light and dark and for paper. It
// says what the text report says, in the same words and digits, and draws it. A pure function of the report: nothing is
// computed here but the layout, and the same report gives the same bytes. Names are escaped: a page cannot be made to run
// what a scenario is called. The page is well-formed XML below its doctype.
#pragma once

#include <string>

#include "experiment/report.hpp"

namespace feedloop {

std::string html_report(const Report& report);

}  // namespace feedloop
