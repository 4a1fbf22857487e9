// Items hashed to shards, one lookup for each item of a page: how unevenly shards are loaded, and what waits there. Service
// times are exponential, keyed by request and item, with the mean that gives the average shard its utilisation.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "engine/fleet/params.hpp"
#include "engine/fleet/trace.hpp"

namespace feedloop {

std::uint32_t shard_of(ItemId item, std::int64_t shards);

struct ShardLoads {
  std::vector<std::int64_t> lookups;  // by shard
  std::vector<double> waited_s;       // sums, by shard
  double service_s = 0;               // mean
  double hot_ratio() const;           // lookups of the hottest shard against the mean
  double mean_wait() const;           // of a lookup, in mean service times
  double hot_wait() const;            // of a lookup at the hottest shard
  std::size_t hottest() const;        // the first of those with most lookups
};

// An item that every shard holds is looked up at a shard drawn anew for each request. Zeros of an empty trace.
ShardLoads load_shards(const Trace& trace, const FleetParams& params, Seed seed);

}  // namespace feedloop
