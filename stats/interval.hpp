// A closed interval of real numbers. An infinite end is a half-open interval (a one-sided test); NaN ends mean that there
// was not enough data for one.
#pragma once

#include <limits>

namespace feedloop {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();  // "undefined for this input", where a contract says so
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Interval {
  double low = kNaN, high = kNaN;
  bool contains(double x) const { return low <= x && x <= high; }  // false for undefined ends
};

}  // namespace feedloop
