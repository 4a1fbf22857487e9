#include "experiment/claims/fleet_quantities.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/fleet/fanout.hpp"
#include "engine/fleet/lag.hpp"
#include "engine/fleet/result_cache.hpp"
#include "engine/fleet/shards.hpp"

namespace feedloop {

void TraceQuantity::begin(const Study& study) {
  Probe::begin(study);
  trace_ = {study.t0, study.end, {}};
  fleet_ = settings().read<FleetParams>("fleet");
  seed_ = study.seed;
}

void TraceQuantity::pages(const Simulation&, std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    if (mine(page)) trace_.add(page);
}

double hot_shard_ratio(const Trace& trace, const FleetParams& fleet, Seed seed) {
  return load_shards(trace, fleet, seed).hot_ratio();
}
double hot_shard_relief(const Trace& trace, const FleetParams& fleet, Seed seed) {
  FleetParams bare = fleet;
  bare.replicated_share = 0;
  return 1 - (load_shards(trace, fleet, seed).hot_ratio() - 1) / (load_shards(trace, bare, seed).hot_ratio() - 1);
}
double hot_shard_slowdown(const Trace& trace, const FleetParams& fleet, Seed seed) {
  const ShardLoads loads = load_shards(trace, fleet, seed);
  return loads.hot_wait() / loads.mean_wait();
}
double fanout_growth(const Trace& trace, const FleetParams& fleet, Seed) { return load_fanout(trace, fleet).growth; }
double fanout_wait(const Trace& trace, const FleetParams& fleet, Seed) { return load_fanout(trace, fleet).mean_wait_s; }
double heavy_sessions(const Trace& trace, const FleetParams& fleet, Seed) {
  return heavy_session_share(trace, fleet.cached_users);
}
double cache_hits(const Trace& trace, const FleetParams& fleet, Seed) { return load_cache(trace, fleet).hits; }
double cache_age(const Trace& trace, const FleetParams& fleet, Seed) { return load_cache(trace, fleet).age_minutes; }

void LagQuantity::begin(const Study& study) {
  Probe::begin(study);
  items_at_start_ = study.world.catalog(study.t0).size();
}

void LagQuantity::end(const Simulation&) {
  const auto fleet = settings().read<FleetParams>("fleet");
  const Catalog items = study().world.catalog(study().end);
  if (items.size() == items_at_start_) return;
  double everywhere = 0, one = 0, gap = 0;
  for (std::size_t i = items_at_start_; i < items.size(); ++i) {
    const std::vector<double> lags = shard_lags(items[i].id, fleet, study().seed);
    const double seen = visible_everywhere(lags);
    everywhere += seen;
    one += std::accumulate(lags.begin(), lags.end(), 0.0) / static_cast<double>(lags.size());
    gap = std::max(gap, std::fabs(seen - *std::max_element(lags.begin(), lags.end())));
  }
  const auto n = static_cast<double>(items.size() - items_at_start_);
  everywhere_s_ = everywhere / n;
  one_s_ = one / n;
  gap_s_ = gap;
}

}  // namespace feedloop
