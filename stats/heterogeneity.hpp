// Do independent estimates of one effect (of tiers, of countries, of repeated experiments) differ by more than their errors?
// Cochran's Q (1954) with I^2 and H^2 (Higgins & Thompson 2002, "Quantifying heterogeneity in a meta-analysis"); the
// inverse-variance average, and the average under effects that vary by tau^2 (DerSimonian & Laird 1986).
#pragma once

#include <span>

#include "stats/interval.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

struct Heterogeneity {
  TestStatus status = TestStatus::NotEnoughData;
  double q = kNaN, p = kNaN;               // p of all effects being equal: the upper tail of chi-square with df
  int df = 0;                              // estimates - 1
  double i2 = kNaN;                        // share of the spread that errors do not explain, max(0, 1 - df / q)
  double h2 = kNaN;                        // max(1, q / df)
  double fixed = kNaN, fixed_se = kNaN;    // one effect for all
  double tau2 = kNaN;                      // variance of the effects themselves, cut at 0
  double random = kNaN, random_se = kNaN;  // their mean; the fixed one's when tau2 is 0
};
// NotEnoughData, all numbers NaN, below two estimates or when one is not finite or has no positive finite variance.
// Requires: as many variances (squared standard errors) as effects.
Heterogeneity heterogeneity(std::span<const double> effects, std::span<const double> variances);

}  // namespace feedloop
