// Pieces of SVG pictures: scales with round ticks, axes, lines with their bands, rows of a forest plot, bars. Coordinates are
// pixels, y points down. A piece asks the page for the classes g (grid), m and e (text centred and ended at its place); colours
// may be CSS variables.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stats/interval.hpp"

namespace feedloop {

std::string escaped(std::string_view s);            // for text between tags: & < >
std::string escaped_attribute(std::string_view s);  // quotes too

// A whole picture, whose title and numbers in words are for those who do not see it.
std::string picture(double width, double height, std::string_view title, std::string_view description,
                    std::string_view content);

// Values to pixels. `bend`: 0 for a linear scale; else about linear up to `bend` on both sides of zero and logarithmic beyond.
// Values outside [low, high] are drawn at its ends. Requires: low < high, both finite.
struct Scale {
  double low = 0, high = 1, from = 0, to = 1;
  double bend = 0;
  double operator()(double value) const;
};

// A step of 1, 2 or 5 times a power of ten, at most six of which fit into `most`.
double nice_step(double most);
// The multiples of a nice step in [low, high]; on a bent scale 1, 2 and 5 times the powers of ten, zero first, as far as they
// stand `apart` pixels from each other.
std::vector<double> ticks(const Scale& scale, double apart = 46);

struct Box {
  double left = 0, top = 0, width = 0, height = 0;
  double right() const { return left + width; }
  double bottom() const { return top + height; }
};

// Grid lines with their labels, below the box and to the left of it.
using TickLabel = std::function<std::string(double)>;
std::string x_axis(const Box& box, const Scale& x, std::span<const double> at, const TickLabel& label);
std::string y_axis(const Box& box, const Scale& y, std::span<const double> at, const TickLabel& label);

// Distinguishable without colour by the dashes.
struct Pen {
  std::string_view colour, dashes;
};

struct BandPoint {
  double x = 0, y = 0, low = kNaN, high = kNaN;  // NaN: no interval here
  Interval outer{kNaN, kNaN};                    // a wider one; NaN: none
};
// A line through its points on top of the band of their intervals, between dotted lines along the outer ones, where these are
// in the picture. Requires: x and y are finite.
std::string banded_line(std::span<const BandPoint> points, const Scale& x, const Scale& y, Pen pen);

// An estimate with a thick interval and a thin one that ends in stops, at height `y`; what leaves the scale ends in an arrow.
struct ForestRow {
  double estimate = kNaN;
  Interval thick, thin;
};
std::string forest_row(const ForestRow& row, const Scale& x, double y, std::string_view colour);

std::string bar(const Scale& x, double value, double y, double height, std::string_view colour);

}  // namespace feedloop
