#include "experiment/metrics/platform.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/distributions.hpp"

namespace feedloop {
namespace {

std::vector<std::uint8_t> leading_creators(std::span<const ItemFacts> items, std::span<const std::int64_t> clicked_before) {
  std::map<CreatorId, std::int64_t> clicks;
  std::int64_t total = 0;
  for (const ItemFacts& item : items) {
    clicks[item.creator] += clicked_before[item.id.index()];
    total += clicked_before[item.id.index()];
  }
  std::vector<std::pair<std::int64_t, CreatorId>> ranked;
  for (const auto& [creator, n] : clicks) ranked.emplace_back(-n, creator);
  std::sort(ranked.begin(), ranked.end());
  std::map<CreatorId, bool> leads;
  std::int64_t so_far = 0;
  for (const auto& [minus, creator] : ranked) {
    leads[creator] = 2 * so_far < total;
    so_far -= minus;
  }
  std::vector<std::uint8_t> out;
  for (const ItemFacts& item : items) out.push_back(leads[item.creator]);
  return out;
}

}  // namespace

void Platform::set_popularity(std::span<const std::vector<ItemId>> clicked) {
  clicked_before.assign(items.size(), 0);
  std::int64_t users = 0;
  for (std::vector<ItemId> mine : clicked) {
    users += !mine.empty();
    std::sort(mine.begin(), mine.end());
    mine.erase(std::unique(mine.begin(), mine.end()), mine.end());
    for (const ItemId item : mine) ++clicked_before[item.index()];
  }
  surprise_bits.resize(items.size());
  for (std::size_t i = 0; i < items.size(); ++i)
    surprise_bits[i] =
        static_cast<float>(-std::log2(static_cast<double>(clicked_before[i] + 1) / static_cast<double>(users + 2)));
  leading = leading_creators(items, clicked_before);
}

Platform blank_platform(std::size_t units, std::size_t items) {
  Platform p;
  p.joined.assign(units, SimTime{-1});
  p.items.resize(items);
  for (std::size_t i = 0; i < items; ++i) p.items[i].id = ItemId{i};
  p.click_price.assign(items, 0.0f);
  p.set_popularity({});
  return p;
}

std::vector<float> click_prices(std::span<const ItemFacts> items, double median, double sigma, Seed seed) {
  std::vector<float> prices(items.size(), 0.0f);
  for (const ItemFacts& item : items) {
    if (!item.sponsored) continue;
    Rng rng = stream(seed, Stream::ClickPrice, entity_key(item.creator.value));
    prices[item.id.index()] = static_cast<float>(lognormal(rng, median, sigma));
  }
  return prices;
}

}  // namespace feedloop
