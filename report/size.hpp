// The answer of a sizing as text, as JSON, and as a picture of the power curve.
#pragma once

#include <string>

#include "report/text.hpp"
#include "stats/sizing.hpp"

namespace feedloop {

// What was asked, in words: "a rate of 5 %, lift +2 %".
struct SizingPage {
  SizingRequest request;
  SizingAnswer answer;
  std::string metric;    // how the text names it
  bool percent = false;  // values print as per cent
};

std::string size_text(const SizingPage& page, TextStyle style = {});
std::string size_json(const SizingPage& page);
std::string size_svg(const SizingPage& page);  // power over units; empty without an effect

}  // namespace feedloop
