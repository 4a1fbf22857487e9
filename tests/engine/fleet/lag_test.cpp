#include "engine/fleet/lag.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("an item is visible everywhere exactly when its slowest shard has it") {
  FleetParams params;
  for (const std::int64_t shards : {1, 2, 64}) {
    params.shards = shards;
    for (std::uint32_t i = 0; i < 50; ++i) {
      const auto lags = shard_lags(ItemId{i}, params, {7});
      REQUIRE(std::ssize(lags) == shards);
      CHECK(visible_everywhere(lags) == *std::max_element(lags.begin(), lags.end()));
    }
  }
  CHECK(visible_everywhere(std::vector<double>{5, 5, 5}) == 5);
}

TEST_CASE("lags are of an item and a shard and not of how many shards there are") {
  FleetParams few, many;
  few.shards = 4;
  many.shards = 8;
  const auto a = shard_lags(ItemId{3}, few, {7}), b = shard_lags(ItemId{3}, many, {7});
  CHECK(std::equal(a.begin(), a.end(), b.begin()));
  CHECK(shard_lags(ItemId{4}, few, {7}) != a);
  CHECK(shard_lags(ItemId{3}, few, {8}) != a);
}
