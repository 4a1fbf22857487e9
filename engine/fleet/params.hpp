// The fleet of machines behind the engine. Queues couple users in milliseconds, so the main loop leaves them out: a fleet is
// measured afterwards, by an exact micro-simulation on one thread over the trace of a run. No page depends on these.
#pragma once

#include <cstdint>

#include "base/parameters.hpp"

namespace feedloop {

struct FleetParams {
  std::int64_t shards = 64, replicas = 3;
  double utilisation = 0.5, replicated_share = 0;
  double lag_median_s = 60, lag_sigma = 0.5;
  double update_minutes = 30;
  double fanout = 10, fanout_utilisation = 0.08;
  double cached_users = 0.1, cache_minutes = 60;
  double precomputed_share = 1;
  void describe(Describe& d);
};

}  // namespace feedloop
