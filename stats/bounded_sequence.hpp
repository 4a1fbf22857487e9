// Confidence sequences for the mean of values in [0, 1] that hold exactly, at any number of values and at all looks at once
// (Waudby-Smith & Ramdas 2024, "Estimating means of bounded random variables by betting", theorems 1 and 2). The values need a
// common conditional mean and nothing else: shares, completions, ratings on a scale. Each value carries a weight chosen from
// those before it, so a sequence takes values in the order of their arrival and cannot be merged.
#pragma once

#include <cstdint>

#include "stats/interval.hpp"

namespace feedloop {

class BoundedSequence {
 public:
  explicit BoundedSequence(double alpha);  // Requires: 0 < alpha < 1

  void add(double x);  // Requires: 0 <= x <= 1

  std::int64_t n() const { return n_; }
  // Within [0, 1], which is what they say before the first value. The first adapts to the variance and is narrower where that
  // is small; the second takes the largest variance possible. One of the two is to be chosen beforehand.
  Interval empirical_bernstein() const;
  Interval hoeffding() const;

 private:
  // Of the values, weighted: what a bound is made of.
  struct Weighted {
    double weight = 0, sum = 0;
    Interval bound(double low_cost, double high_cost) const;
  };

  double log_inverse_side_;  // log(2 / alpha)
  std::int64_t n_ = 0;
  double sum_ = 0, squares_ = 0.25;  // squared distances from the means so far, with a first one of 1/4
  Weighted bernstein_, hoeffding_;
  double low_cost_ = 0, high_cost_ = 0, hoeffding_cost_ = 0;
};

// The same from the mean alone, by the normal mixture with variance 1/4 (Hoeffding), narrowest at planned_n values: any order,
// and mergeable. Within [0, 1]. No values give [0, 1]. Requires: 0 <= mean <= 1, n >= 0, planned_n > 0, 0 < alpha < 1.
Interval hoeffding_sequence(double mean, std::int64_t n, double planned_n, double alpha);

}  // namespace feedloop
