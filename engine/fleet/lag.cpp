#include "engine/fleet/lag.hpp"

#include <functional>
#include <queue>
#include <utility>

#include "base/check.hpp"
#include "base/distributions.hpp"

namespace feedloop {

std::vector<double> shard_lags(ItemId item, const FleetParams& params, Seed seed) {
  std::vector<double> lags(static_cast<std::size_t>(params.shards));
  for (std::size_t s = 0; s < lags.size(); ++s) {
    Rng rng = stream(seed, Stream::FleetLag, entity_key(item.value, 0, s));
    lags[s] = lognormal(rng, params.lag_median_s, params.lag_sigma);
  }
  return lags;
}

double visible_everywhere(std::span<const double> lags) {
  FEEDLOOP_CHECK(!lags.empty(), "a fleet without shards");
  using Delivery = std::pair<double, std::size_t>;
  std::priority_queue<Delivery, std::vector<Delivery>, std::greater<>> due;
  for (std::size_t s = 0; s < lags.size(); ++s) due.emplace(lags[s], s);
  std::vector<bool> has(lags.size(), false);
  std::size_t shards = 0;
  double now = 0;
  while (shards < lags.size()) {
    now = due.top().first;
    shards += !has[due.top().second];
    has[due.top().second] = true;
    due.pop();
  }
  return now;
}

}  // namespace feedloop
