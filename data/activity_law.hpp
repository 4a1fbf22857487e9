// How unequal users are in their number of events: a lognormal law, cut off on the left where the log stops showing users.
#pragma once

#include <cstdint>
#include <span>

#include "stats/interval.hpp"

namespace feedloop {

struct ActivityLaw {
  double log_mean = kNaN, log_sd = kNaN;  // of ln(events), before the cut
  Interval log_mean_ci, log_sd_ci;        // 95 %, from the curvature at the maximum; NaN when `identified` is false
  double smallest = kNaN;                 // events from which on users show: the cut is half an event below
  double share_below = kNaN;              // of the law's users that the cut hides
  bool identified = false;                // false: too flat below the cut to tell; the plain moments of the log stand in
};

// Maximum likelihood of the normal law truncated at ln(min - 1/2) (Cohen 1959, "Simplified estimators for the normal
// distribution when samples are singly censored or truncated"), which has no maximum when the sample's sd above the cut
// reaches its mean above the cut. `least`: the count from which on users are known to be in the log; 0: the smallest that is.
// Requires: two counts or more, all positive; `least` at or below the smallest.
ActivityLaw fit_activity(std::span<const std::int64_t> events_per_user, std::int64_t least = 0);

}  // namespace feedloop
