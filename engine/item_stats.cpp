#include "engine/item_stats.hpp"

#include <cmath>

#include "engine/online_features.hpp"

namespace feedloop {
namespace {
constexpr std::array<float ItemCounters::*, 6> kFields{&ItemCounters::impressions, &ItemCounters::clicks,
                                                       &ItemCounters::completions, &ItemCounters::likes,
                                                       &ItemCounters::skips, &ItemCounters::value};
}

void ItemStats::observe(std::span<const Interaction> batch, Catalog catalog) {
  if (counters_.size() < catalog.size()) counters_.resize(catalog.size());
  for (const Interaction& page : batch)
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
      const ItemId item = page.slate.slots[k].item;
      const SlotOutcome& o = page.outcome.slots[k];
      for (ItemCounters* c : {&counters_[item.index()], &total_}) {
        c->impressions += 1;
        if (!o.clicked) continue;
        c->clicks += 1;
        c->completions += o.completed;
        c->likes += o.liked;
        c->skips += o.skipped;
        c->value += play_value(o, catalog[item.index()].duration_s);
      }
    }
}

void ItemStats::age_one_day() {
  const auto keep = static_cast<float>(std::exp2(-1.0 / params_.half_life_days));
  for (auto& c : counters_)
    for (const auto f : kFields) c.*f *= keep;
  for (const auto f : kFields) total_.*f *= keep;
}

const ItemCounters& ItemStats::at(ItemId item) const {
  static const ItemCounters zero;
  return item.index() < counters_.size() ? counters_[item.index()] : zero;
}

}  // namespace feedloop
