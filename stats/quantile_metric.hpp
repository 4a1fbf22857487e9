// A quantile as a metric: the value at a level (0.99 of latencies, the median watch time) with its error from two neighbouring
// quantiles, so that no density needs to be estimated (Deng, Knoblich & Lu 2018, "Applying the delta method in metric
// analytics", section on percentile metrics). The level's own interval, level +- z sqrt(level (1 - level) / n), is read off the
// distribution:
//
//   se = (upper - lower) / (2 z),  z = 1.96
//
// Events of one user are not independent: the error is stretched by that of the share of events below the value, a ratio metric
// over users (events below, events), against its binomial one. Takes a pass over events for the quantiles and, for the stretch,
// one more for two sums per user. compare() tests the estimates.
#pragma once

#include <cstdint>
#include <span>

#include "stats/interval.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

struct QuantileBracket {
  std::int64_t n = 0;         // events now
  std::int64_t n_levels = 0;  // events that the levels of `lower` and `upper` were computed for: n, or an earlier count
  double level = kNaN;        // in (0, 1)
  double value = kNaN, lower = kNaN, upper = kNaN;
};

// The levels at which lower and upper are to be read. Ends at or beyond 0 or 1 say that n is too small for this level.
// NaN for n < 1. Requires: 0 < level < 1.
Interval bracket_levels(double level, std::int64_t n);
// From all values in ascending order, by the inverted distribution function. Ends that have no level are NaN.
QuantileBracket quantile_bracket(std::span<const double> ascending, double level);

// Independent events. NotEnoughData below two events, or when a bracketing level lies outside (0, 1); ZeroVariance when the
// bracket has no width, which many tied values give at any n: the metric is then too coarse for this method.
Estimate quantile_estimate(const QuantileBracket& b);
// Clustered events: each unit of `users` is (its events below b.value, its events). The estimate's n counts users.
// NotEnoughData also below two users or without events; ZeroVariance also when the share is the same for every user.
Estimate quantile_estimate(const QuantileBracket& b, const RatioMoments& users);

}  // namespace feedloop
