// The confidence sequence of a proportion: shares p that the counts so far do not speak against, at all looks at once and
// exactly at any n (Howard, Ramdas, McAuliffe & Sekhon 2021, the two-sided beta-binomial mixture; Robbins 1970). The evidence
// against p is the Bayes factor of stats/sequential_srm.hpp for two variants. For independent trials: users, not their
// impressions.
#pragma once

#include <cstdint>

#include "stats/interval.hpp"

namespace feedloop {

// The weight of the prior about p, in trials, for the interval that is narrowest at planned_n of them at level alpha.
// Requires: planned_n > 0, 0 < alpha < 1.
double bernoulli_concentration(double planned_n, double alpha);

// No trials give [0, 1]. A first success alone does not exclude shares near 0, whence low = 0 up to one success, and high = 1
// up to one failure. The looks of a test share the concentration. Requires: 0 <= successes <= n, 0 < alpha < 1, concentration >
// 0 and finite.
Interval bernoulli_sequence(std::int64_t successes, std::int64_t n, double alpha, double concentration);

}  // namespace feedloop
