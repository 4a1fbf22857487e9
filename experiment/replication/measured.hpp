// What a study measured over its trials or runs, with the Monte-Carlo error of having had only so many.
#pragma once

#include <cstdint>
#include <vector>

#include "stats/interval.hpp"

namespace feedloop {

// A share of trials with Wilson's 95 % interval, which has a width also where all or none are hits; NaN without trials.
struct MeasuredShare {
  std::int64_t hits = 0, trials = 0;
  double value = kNaN;
  Interval ci;
};
MeasuredShare measured_share(std::int64_t hits, std::int64_t trials);

// A mean over runs with its standard error and Student's 95 % interval; NaN without runs, the errors below two.
struct MeasuredMean {
  std::int64_t n = 0;
  double mean = kNaN, sd = kNaN, se = kNaN;
  Interval ci;
};
MeasuredMean measured_mean(const std::vector<double>& values);

}  // namespace feedloop
