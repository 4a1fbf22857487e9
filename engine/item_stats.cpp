#include "engine/item_stats.hpp"

#include <cmath>

#include "engine/online_features.hpp"

namespace feedloop {
namespace {
constexpr std::array<float ItemCounters::*, 6> kFields{&ItemCounters::impressions, &ItemCounters::clicks,
                                                       &ItemCounters::completions, &ItemCounters::likes,
                                                       &ItemCounters::skips,       &ItemCounters::value};
}

void ItemStats::observe(std::span<const Interaction> batch, Catalog catalog) {
  if (counters_.size() < catalog.size()) counters_.resize(catalog.size());
  const auto count = [&](ItemId item, const SlotOutcome& o) {
    const float value = play_value(o, catalog[item.index()].duration_s);
    const std::size_t creator = catalog[item.index()].creator.index();
    if (creators_.size() <= creator) creators_.resize(creator + 1);
    const std::array<float, 6> seen{
        1.0f, o.clicked ? 1.0f : 0.0f, o.completed ? 1.0f : 0.0f, o.liked ? 1.0f : 0.0f, o.skipped ? 1.0f : 0.0f, value};
    for (std::size_t f = 0; f < kFields.size(); ++f) {
      counters_[item.index()].*kFields[f] += seen[f];
      creators_[creator].*kFields[f] += seen[f];
      sums_[f] += static_cast<double>(seen[f]);
    }
  };
  for (const Interaction& page : batch) {
    if (params_.direct)
      for (const DirectPlay& d : page.outcome.direct) count(d.item, d.outcome);
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k) count(page.slate.slots[k].item, page.outcome.slots[k]);
  }
  for (std::size_t f = 0; f < kFields.size(); ++f) total_.*kFields[f] = static_cast<float>(sums_[f]);
}

void ItemStats::age_one_day() {
  const double keep = std::exp2(-1.0 / params_.half_life_days);
  for (auto* counters : {&counters_, &creators_})
    for (auto& c : *counters)
      for (const auto f : kFields) c.*f *= static_cast<float>(keep);
  for (std::size_t f = 0; f < kFields.size(); ++f) total_.*kFields[f] = static_cast<float>(sums_[f] *= keep);
}

const ItemCounters& ItemStats::at(ItemId item) const {
  static const ItemCounters zero;
  return item.index() < counters_.size() ? counters_[item.index()] : zero;
}

const ItemCounters& ItemStats::creator(CreatorId creator) const {
  static const ItemCounters zero;
  return creator.index() < creators_.size() ? creators_[creator.index()] : zero;
}

}  // namespace feedloop
