// Counts that differ by more than chance: Poisson with means e_i x_i, where x_i is Gamma with shape a and mean 1, which makes
// them negative binomial.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

namespace feedloop {

// Log-likelihood of the shape a > 0, without what does not depend on it; counts of which nothing is expected say nothing.
// Requires: as many counts as expectations.
inline double gamma_poisson_log_likelihood(std::span<const double> counts, std::span<const double> expected, double a) {
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (expected[i] > 0)
      sum += std::lgamma(counts[i] + a) - std::lgamma(a) + a * std::log(a / (a + expected[i])) +
             counts[i] * std::log(expected[i] / (a + expected[i]));
  return sum;
}

}  // namespace feedloop
