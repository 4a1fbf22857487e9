// Bounds on the mean of independent bounded values from their sample mean and variance, at any sample size. One-sided lower
// bounds hold with probability 1 - delta; the two-sided intervals split alpha between the ends. `range` is the width of the
// interval that all values are known to lie in; a range read off the sample (as obp does) makes the bound a guess.
// NaN below two values (one, for Hoeffding). Requires: range >= 0, 0 < delta < 1.
#pragma once

#include <cstdint>

#include "stats/interval.hpp"

namespace feedloop {

struct SampleMean {
  std::int64_t n = 0;
  double mean = kNaN;
  double variance = kNaN;  // of one value, with n - 1
};

// Hoeffding 1963, theorem 2: mean - range sqrt(ln(1/delta) / (2 n)).
double hoeffding_lower(const SampleMean& s, double range, double delta);
Interval hoeffding_interval(const SampleMean& s, double range, double alpha);

// Maurer & Pontil 2009, theorem 4: mean - sqrt(2 V ln(2/delta) / n) - 7 range ln(2/delta) / (3 (n - 1)).
double empirical_bernstein_lower(const SampleMean& s, double range, double delta);
Interval empirical_bernstein_interval(const SampleMean& s, double range, double alpha);

// Student's t with n - 1 degrees of freedom: exact for normal values only.
double student_lower(const SampleMean& s, double delta);
Interval student_interval(const SampleMean& s, double alpha);

}  // namespace feedloop
