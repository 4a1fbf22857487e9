// A report as text for a terminal or a mail: what was asked, what came out in words, the tables behind it, the warnings,
// and how fast it ran. A pure function of the report: nothing is computed here but the layout, and the same report gives
// the same bytes. What has no value reads "–" or "not enough data"; a lift that must not be trusted is not shown.
#pragma once

#include <string>

#include "experiment/report.hpp"

namespace feedloop {

struct TextStyle {
  int width = 100;     // columns that running text is wrapped to; tables are as wide as their cells
  bool color = false;  // ANSI colours; every colour stands beside a word
  bool utf8 = true;    // false: plain ASCII, for terminals without more
};

std::string text_report(const Report& report, TextStyle style = {});

}  // namespace feedloop
