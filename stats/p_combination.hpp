// One p-value from several independent tests of one hypothesis: the same comparison in several countries, cohorts or repeated
// experiments. The p must be one-sided in one direction each, or a gain here and a loss there would count as agreement.
// A NaN (a test without enough data) does not count. Requires: other p in [0, 1].
#pragma once

#include <span>

#include "stats/interval.hpp"

namespace feedloop {

struct CombinedP {
  double statistic = kNaN, p = kNaN;  // NaN without any test
};

// Fisher 1932: -2 sum log p is chi-square with 2 k degrees of freedom. One very small p suffices.
CombinedP fisher_combination(std::span<const double> p);

// Stouffer 1949, weighted by Lipták 1958: sum w z / sqrt(sum w^2) is normal; the roots of the sizes are good weights. NaN where
// one p is 0 and another 1. No weights means equal ones. Requires: as many weights as p, or none; weights >= 0 and finite.
CombinedP stouffer_combination(std::span<const double> p, std::span<const double> weights = {});

}  // namespace feedloop
