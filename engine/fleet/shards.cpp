#include "engine/fleet/shards.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/distributions.hpp"
#include "base/hash.hpp"
#include "engine/fleet/queue.hpp"

namespace feedloop {
namespace {

// By id: whether every shard holds it.
std::vector<bool> replicated_items(const Trace& trace, double share) {
  std::map<ItemId, std::int64_t> lookups;
  for (const TracedRequest& r : trace.requests)
    for (const ItemId item : r.items) ++lookups[item];
  std::vector<std::pair<std::int64_t, ItemId>> by_heat;
  for (const auto& [item, n] : lookups) by_heat.emplace_back(-n, item);
  std::sort(by_heat.begin(), by_heat.end());
  by_heat.resize(static_cast<std::size_t>(std::floor(share * static_cast<double>(by_heat.size()))));
  std::vector<bool> out(lookups.empty() ? 0 : lookups.rbegin()->first.index() + 1, false);
  for (const auto& [heat, item] : by_heat) out[item.index()] = true;
  return out;
}

}  // namespace

std::uint32_t shard_of(ItemId item, std::int64_t shards) {
  return static_cast<std::uint32_t>(Hasher().add(std::string_view("shard")).add(item.value).value() %
                                    static_cast<std::uint64_t>(shards));
}

std::size_t ShardLoads::hottest() const {
  return static_cast<std::size_t>(std::max_element(lookups.begin(), lookups.end()) - lookups.begin());
}

double ShardLoads::hot_ratio() const {
  const auto all = std::accumulate(lookups.begin(), lookups.end(), std::int64_t{0});
  return all == 0 ? 0
                  : static_cast<double>(lookups[hottest()]) * static_cast<double>(lookups.size()) / static_cast<double>(all);
}

double ShardLoads::mean_wait() const {
  const auto all = std::accumulate(lookups.begin(), lookups.end(), std::int64_t{0});
  return all == 0 ? 0 : std::accumulate(waited_s.begin(), waited_s.end(), 0.0) / static_cast<double>(all) / service_s;
}

double ShardLoads::hot_wait() const {
  const std::size_t hot = hottest();
  return lookups[hot] == 0 ? 0 : waited_s[hot] / static_cast<double>(lookups[hot]) / service_s;
}

ShardLoads load_shards(const Trace& trace, const FleetParams& params, Seed seed) {
  const auto shards = static_cast<std::size_t>(params.shards);
  ShardLoads loads{std::vector<std::int64_t>(shards, 0), std::vector<double>(shards, 0), 0};
  std::size_t all = 0;
  for (const TracedRequest& r : trace.requests) all += r.items.size();
  if (all == 0) return loads;
  loads.service_s = params.utilisation * trace.seconds() * static_cast<double>(shards) / static_cast<double>(all);
  const std::vector<bool> everywhere = replicated_items(trace, params.replicated_share);
  std::vector<FifoQueue> queues(shards);
  for (const TracedRequest& r : trace.requests)
    for (const ItemId item : r.items) {
      Rng rng = stream(seed, Stream::FleetService, request_key(r.request.id, item.value));
      const double service = exponential(rng, loads.service_s);
      const std::uint32_t any = uniform_below(rng, static_cast<std::uint32_t>(shards));
      const std::size_t shard = everywhere[item.index()] ? any : shard_of(item, params.shards);
      ++loads.lookups[shard];
      loads.waited_s[shard] += queues[shard].join((r.request.time - trace.from).seconds(), service);
    }
  return loads;
}

}  // namespace feedloop
