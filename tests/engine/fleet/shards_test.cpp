#include "engine/fleet/shards.hpp"

#include <numeric>

#include "tests/engine/fleet/planted_trace.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Every page has item 0 and one of 199 others in turn: item 0 takes half of all lookups.
Trace half_hot(std::uint32_t requests = 4000) {
  std::vector<TracedRequest> all;
  for (std::uint32_t i = 0; i < requests; ++i) all.push_back(asked(i % 97, i, {0, 1 + i % 199}));
  return trace_of(requests, std::move(all));
}

FleetParams fleet(double replicated = 0) {
  FleetParams p;
  p.shards = 10;
  p.replicated_share = replicated;
  return p;
}

}  // namespace

TEST_CASE("an item that takes half of all lookups heats its shard") {
  const ShardLoads loads = load_shards(half_hot(), fleet(), {1});
  CHECK(std::accumulate(loads.lookups.begin(), loads.lookups.end(), std::int64_t{0}) == 8000);
  CHECK(loads.hottest() == shard_of(ItemId{0}, 10));
  CHECK(loads.hot_ratio() >= 5);  // half of all on one of ten
  CHECK(loads.hot_ratio() < 6);
}

TEST_CASE("a hot item on every shard leaves the shards even") {
  // One item of 200 everywhere; a shard's other items are 20 of 199 give or take. A share of 1 in 10 of 4000 has a standard
  // deviation of 0.005; five of them and the hash's unevenness stay below 1.5.
  const ShardLoads loads = load_shards(half_hot(), fleet(0.005), {1});
  CHECK(loads.hot_ratio() < 1.5);
  CHECK(loads.hot_wait() < load_shards(half_hot(), fleet(), {1}).hot_wait() / 10);
}

TEST_CASE("the average shard has its utilisation and a lone lookup waits for nobody") {
  const ShardLoads loads = load_shards(half_hot(), fleet(), {1});
  CHECK(loads.service_s == Approx(0.5 * 4000 * 60 * 10 / 8000));
  CHECK(load_shards(trace_of(10, {asked(1, 0, {1})}), fleet(), {1}).mean_wait() == 0);
  CHECK(load_shards(trace_of(10, {}), fleet(), {1}).hot_ratio() == 0);
}
