// Intervals and the exact test of one binomial proportion. Clopper-Pearson bounds are exact: they never cover less than they
// claim, which makes them the failure-probability bounds of simulation tests.
#pragma once

#include <cstdint>

#include "stats/interval.hpp"

namespace feedloop {

// Clopper & Pearson 1934, two-sided, alpha / 2 in each tail. No trials give [0, 1].
// Requires: 0 <= successes <= n, 0 < alpha < 1.
Interval clopper_pearson(std::int64_t successes, std::int64_t n, double alpha);

// Wilson 1927: the score interval, for display (near-nominal coverage, not a guarantee). The same requirements.
Interval wilson(std::int64_t successes, std::int64_t n, double alpha);

// Jeffreys: quantiles of Beta(successes + 1/2, misses + 1/2), the equal-tailed posterior interval; coverage near the level on
// average over rates (Brown, Cai & DasGupta 2001, "Interval estimation for a binomial proportion", sec. 4.1.2). Its ends are
// not moved to 0 and 1 at none and all. The same requirements.
Interval jeffreys(std::int64_t successes, std::int64_t n, double alpha);

// Agresti & Coull 1998: Wald's interval around Wilson's centre, cut to [0, 1]; holds Wilson's and may be much longer at the
// ends.
Interval agresti_coull(std::int64_t successes, std::int64_t n, double alpha);

// The textbook's p +- z sqrt(p (1 - p) / n), cut to [0, 1], to meet numbers made elsewhere: covers far less than it says when
// successes or misses are few, and has no width at none and all. NaN ends without trials.
Interval wald(std::int64_t successes, std::int64_t n, double alpha);

// Two-sided p of "the rate is p": the chance of all counts that are at most as likely as this one. 1 without trials.
// Requires: 0 <= successes <= n, 0 <= p <= 1.
double binomial_test(std::int64_t successes, std::int64_t n, double p);

// Could a process of rate p have shown this count? False only with probability <= alpha when it is so. A simulation test
// states its alpha, which is its chance of failing without cause.
bool consistent_with_rate(std::int64_t successes, std::int64_t n, double p, double alpha);

}  // namespace feedloop
