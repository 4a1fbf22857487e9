// How unequal users are in their number of events: rates that are lognormal over users, and counts that stray from them by
// chance, cut off on the left where the log stops showing users.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "stats/interval.hpp"

namespace feedloop {

struct ActivityLaw {
  double log_mean = kNaN, log_sd = kNaN;  // of ln(events that a user would make in the log's time on average)
  Interval log_mean_ci, log_sd_ci;        // 95 %, robust (White 1982); NaN when `identified` is false
  double smallest = kNaN;                 // events from which on users show
  double share_below = kNaN;              // of the law's users that the cut hides, those without an event included
  double fit_p = kNaN;                    // of the hypothesis that counts follow the law; NaN: too few users to say
  bool identified = false;                // false: too flat below the cut to tell; the plain moments of the log stand in
};

struct ActivityNoise {
  double dispersion = 1;  // variance over mean of a user's count around their own rate: 1 = Poisson. Requires: >= 1
  std::function<double(double)> counted;  // events of a user who would make so many; empty: all of them. Requires: increasing
};

// Maximum likelihood of counts that are negative binomial around lognormal rates, variance dispersion * mean (Cameron & Trivedi
// 1986, NB1; with dispersion 1 Bulmer 1974, eq. 3), truncated below `least`; 0: the smallest count that is. Errors by the
// sandwich of scores over users, which holds where counts are not quite of this law; what `noise` was estimated by is not in
// them. fit_p: chi^2 over twelfths of the users, whose degrees of freedom leave the two parameters out of account, which makes
// it rather too large (Chernoff & Lehmann 1954).
// Requires: two counts or more, all positive; `least` at or below the smallest.
ActivityLaw fit_activity(std::span<const std::int64_t> events_per_user, std::int64_t least = 0,
                         const ActivityNoise& noise = {});

// Variance over mean of the events of somebody who makes Poisson visits with so many events each: E[x^2] / E[x] (Feller 1968,
// XII.2, of the compound Poisson law); 1 without an event.
double dispersion_of_visits(std::span<const std::int64_t> events_per_visit);

}  // namespace feedloop
