// What follows a click, where play times and durations are logged: the world's constants of watching at which plays of its own
// look like those of the log (indirect inference; Gourieroux, Monfort & Renault 1993). What a play depends on in the world,
// relevance and clickbait, no log shows; their distribution over plays is the fitted world's.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "data/interaction_log.hpp"
#include "data/regenerate.hpp"
#include "sim/params.hpp"
#include "stats/interval.hpp"

namespace feedloop {

struct LogPlay {
  std::uint32_t viewer = 0, item = 0;
  double played_s = 0, duration_s = 0;  // both positive
};

// Rows that played: choices, or, in a log of a feed that plays by itself, all rows. In order of viewers and times.
std::vector<LogPlay> plays_of(const InteractionLog& log, bool loops);
// Whether plays go past the end, as in a feed that loops: 2 % of them by more than 2 %.
bool plays_loop(const InteractionLog& log);

struct Fitted {
  double value = kNaN;
  Interval ci;  // 95 %
};

struct WatchFit {
  bool identified = false;  // 200 plays or more, and the world can look like them
  bool loops = false;
  std::int64_t plays = 0;
  Fitted bounce_intercept, complete_intercept, partial_intercept;  // plays that end at the end
  Fitted loop_shape, loop_scale;                                   // a feed that loops
  double loop_mean_relevance = 0;  // of its plays in the fitted world, at which the scale is that
};

// Of the log: the shares that were left early (W < min(10 s, D / 2)) and watched to the end (W >= 0.99 D), and the mean share
// watched of the others; of loops the first two moments of the share watched. Errors: influence
// clustered by viewer and item, with the draws of the world's plays in them. Requires: situations, of the fitted world's plays.
WatchFit fit_watch(const InteractionLog& log, const WatchParams& start, std::span<const PlaySituation> situations, Seed seed);

// Durations of the items that have one: lognormal, with what the world's clickbait adds to the logarithm, `per_clickbait` a
// unit of it, taken out of sigma. NaN below ten items.
struct Durations {
  Fitted median_min, sigma;
};
Durations fit_durations(const InteractionLog& log, double per_clickbait);

}  // namespace feedloop
