// Intervals of one binomial proportion. Clopper-Pearson bounds are exact: they never cover less than they claim, which
// makes them the failure-probability bounds of simulation tests.
#pragma once

#include <cstdint>

#include "stats/interval.hpp"

namespace feedloop {

// Clopper & Pearson 1934, two-sided, alpha / 2 in each tail. No trials give [0, 1].
// Requires: 0 <= successes <= n, 0 < alpha < 1.
Interval clopper_pearson(std::int64_t successes, std::int64_t n, double alpha);

// Wilson 1927: the score interval, for display (near-nominal coverage, not a guarantee). The same requirements.
Interval wilson(std::int64_t successes, std::int64_t n, double alpha);

// Could a process of rate p have shown this count? False only with probability <= alpha when it is so. A simulation test
// states its alpha, which is its chance of failing without cause.
bool consistent_with_rate(std::int64_t successes, std::int64_t n, double p, double alpha);

}  // namespace feedloop
