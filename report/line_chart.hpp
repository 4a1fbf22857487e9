// Curves of several variants in one small picture: each with its band, the variant's colour and dashes, and the variant's
// letter at its end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/svg.hpp"

namespace feedloop {

char variant_mark(std::size_t index);               // 'A', 'B', …: as the dashboard's letters
std::string variant_key(std::size_t index);         // a short sample of the variant's line
std::string_view variant_paint(std::size_t index);  // "var(--v0)"
Pen variant_pen(std::size_t index);

struct ChartLine {
  std::size_t variant = 0;
  std::vector<BandPoint> points;  // x ascending; those without y are left out
  std::string said;               // the line in words
};

struct LineChart {
  std::string title, x_label;
  std::vector<ChartLine> lines{};
  Interval x{0, 1};
  Interval y{kNaN, kNaN};    // NaN: what the lines and their bands need
  bool whole_x = true;       // ticks at whole numbers only
  bool diagonal = false;     // where y = x, in a square picture of lines that end in its corner
  std::vector<double> at{};  // horizontal lines to compare with, where they are in sight
};

// Says "not enough data" where no line has a point.
std::string line_chart(LineChart chart);

}  // namespace feedloop
