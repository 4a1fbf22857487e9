// Centred moments of units that each carry a numerator and a denominator (clicks, impressions). A mean metric is the ratio
// with denominator 1. Added by the update of Welford 1962, merged by the pairwise one of Chan, Golub & LeVeque 1983
// ("Algorithms for computing the sample variance"); sums of squares would lose every digit at an offset of 1e8.
//
// Merging is not associative in floating point: merge in a fixed order (base/parallel.hpp) where bits matter.
// Plain data: all members zero is the empty summary.
#pragma once

#include <cstdint>

namespace feedloop {

struct RatioMoments {
  std::int64_t n = 0;  // units
  double mean_num = 0, mean_den = 0;
  double m2_num = 0, m2_den = 0;  // sums of squared deviations from the means
  double c = 0;                   // sum of products of the two deviations

  void add(double num, double den);  // Requires: finite
  void add(double value) { add(value, 1.0); }
  RatioMoments merged(const RatioMoments& other) const;

  // Unbiased, with n - 1. Requires: n >= 2.
  double variance_num() const { return m2_num / static_cast<double>(n - 1); }
  double variance_den() const { return m2_den / static_cast<double>(n - 1); }
  double covariance() const { return c / static_cast<double>(n - 1); }
};

// The door for foreign data that comes as raw sums over units. What lies below the rounding of the squares is taken as 0.
struct RawSums {
  std::int64_t n = 0;
  double num = 0, num_squared = 0, den = 0, den_squared = 0, num_den = 0;
};
RatioMoments centred(const RawSums& sums);
RatioMoments centred_mean(std::int64_t n, double sum, double sum_squared);          // a mean metric: denominator 1
RatioMoments from_mean_and_variance(std::int64_t n, double mean, double variance);  // variance with n - 1; denominator 1

}  // namespace feedloop
