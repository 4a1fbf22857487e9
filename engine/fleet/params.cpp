#include "engine/fleet/params.hpp"

namespace feedloop {

void FleetParams::describe(Describe& d) {
  d.integer("shards", shards, {1, 10'000}, "", "Shards that the items are hashed to.");
  d.number("utilisation", utilisation, {0.001, 10}, "share", "Load of the average shard: service times are chosen so.");
  d.number("replicated_share", replicated_share, {0, 1}, "share", "Items, the most asked for first, that every shard holds.");
  d.number("lag_median_s", lag_median_s, {0, 1e6}, "s", "Median time until a shard has learned of a new item.");
  d.number("lag_sigma", lag_sigma, {0, 3}, "", "Standard deviation of its logarithm.");
  d.integer("replicas", replicas, {2, 1000}, "", "Copies of the index, updated one after the other.");
  d.number("update_minutes", update_minutes, {0, 1440}, "min", "Time from one replica's update to the next one's.");
  d.number("fanout", fanout, {0, 1e6}, "", "Updates that each interaction sets off.");
  d.number("fanout_utilisation", fanout_utilisation, {1e-6, 10}, "share", "Load of their queue if it were one update each.");
  d.number("cached_users", cached_users, {0, 1}, "share", "Users, the most active first, whose lists are cached.");
  d.number("cache_minutes", cache_minutes, {0, 10'080}, "min", "How long a cached list may be served.");
  d.number("precomputed_share", precomputed_share, {0, 1}, "share", "Users whose pages come from a list made at night.");
}

}  // namespace feedloop
