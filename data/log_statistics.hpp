// What a log looks like from outside: the figures that a real and a regenerated log are compared by.
#pragma once

#include <cstdint>
#include <vector>

#include "data/interaction_log.hpp"
#include "stats/interval.hpp"

namespace feedloop {

struct LogStatistics {
  std::int64_t events = 0;
  std::int64_t users = 0, chosen_items = 0;  // with an event at least
  double density = kNaN;                     // distinct pairs / (users * items of the catalogue)
  double user_mean = kNaN, user_median = kNaN, user_p90 = kNaN, user_max = kNaN, user_gini = kNaN;  // events per user
  double item_gini = kNaN;                                     // events per item, over the whole catalogue
  double top_1pct = kNaN, top_10pct = kNaN, top_20pct = kNaN;  // share of events that the most chosen items take
  std::int64_t half_items = 0;                                 // the fewest items that make half of all events
  double single_share = kNaN;                                  // of the chosen items, those with one event
  double profile_kl_median = kNaN, profile_kl_p90 = kNaN;      // a user's label profile against everybody's, nats
  std::vector<double> category_share;                          // of events, by category
};

// `category` of each item, in [0, categories). An item with several labels adds an equal part of an event to each in profiles.
// Requires: an event.
LogStatistics describe_log(const InteractionLog& log, const std::vector<int>& category, int categories);

// Half the sum of absolute differences: the share that would have to move. Requires: equal lengths.
double total_variation(const std::vector<double>& a, const std::vector<double>& b);

// Linear interpolation between order statistics (Hyndman & Fan 1996, type 7). Requires: sorted, not empty, q in [0, 1].
double sorted_quantile(const std::vector<double>& sorted, double q);

}  // namespace feedloop
