// Quantiles looked at while values arrive (Howard & Ramdas 2022, "Sequential estimation of quantiles"): latency percentiles as
// guardrails, median watch time. The number of values below a quantile is a binomial count, so that the sequences of a
// proportion apply exactly, whatever the distribution of the values, ties included. Independent values: one a user, or the
// users' own medians. The concentration is bernoulli_concentration of the planned n.
#pragma once

#include <span>

#include "stats/interval.hpp"

namespace feedloop {

// Covers the p-quantile at all looks at once with probability >= 1 - alpha (their theorem 1b, two-sided). An end is infinite
// while there are too few values on its side. Requires: values ascending, 0 < p < 1, 0 < alpha < 1, concentration > 0.
Interval quantile_sequence(std::span<const double> ascending, double p, double alpha, double concentration);

// The always-valid p of equal p-quantiles in two groups (their theorem 5): 1 / the least evidence that any common value has
// against it in both groups together. 1 when a group is empty. The minimum over looks is valid as well. Requires: as above.
double sequential_quantile_p(std::span<const double> control_ascending, std::span<const double> treatment_ascending, double p,
                             double concentration);

}  // namespace feedloop
