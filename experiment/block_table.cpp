#include "experiment/block_table.hpp"

namespace feedloop {

namespace {

bool additive_at(Duration gap, const Metric& metric, const Platform& platform) {
  // Two pages of everything, an hour or days apart: the fold of both must be the sum of their folds, whoever's they are and
  // whenever it is read.
  Interaction first, second;
  second.request.time = first.request.time + gap;
  second.request.page = 1;
  SlotOutcome all;
  all.watched_ms = 60'000;
  all.seen = all.clicked = all.bounced = all.completed = all.liked = all.saved = all.shared = all.skipped = all.dismissed =
      true;
  all.rating = 3;
  for (int k = 0; k < 3; ++k) {
    Slot slot;
    slot.item = ItemId{static_cast<std::uint64_t>(k) % platform.items.size()};
    first.slate.slots.push_back(slot);
    second.slate.slots.push_back(slot);
    first.outcome.slots.push_back(k == 0 ? all : SlotOutcome{});
    second.outcome.slots.push_back(k == 1 ? SlotOutcome{} : all);
  }
  const auto folded = [&](std::initializer_list<const Interaction*> pages, double entered_days, double read_days,
                          bool newcomer = false) {
    UnitValue v;
    const std::vector<std::uint16_t> shown(platform.categories, newcomer ? 7 : 0),
        clicked(platform.categories, newcomer ? 3 : 0);
    const SimTime entered = first.request.time - from_seconds(86400 * entered_days);
    SimTime last = kNever;
    for (const Interaction* page : pages) {
      metric.add(v, {entered, page->request.time, &platform, newcomer, shown, clicked, last}, *page);
      last = page->request.time;
    }
    return metric.finish(
        v, {entered, second.request.time + from_seconds(86400 * read_days), &platform, newcomer, shown, clicked, last});
  };
  const auto both = folded({&first, &second}, 0, 1), later = folded({&first, &second}, 3, 40, true), a = folded({&first}, 0, 1),
             b = folded({&second}, 0, 1);
  return both && later && a && b && both->num == a->num + b->num && both->den == a->den + b->den && later->num == both->num &&
         later->den == both->den;
}

}  // namespace

bool additive(const Metric& metric, const Platform& platform) {
  return additive_at(kHour, metric, platform) && additive_at(kDay * 9, metric, platform);
}

BlockTable::BlockTable(std::size_t blocks, std::shared_ptr<const Platform> platform)
    : platform_(std::move(platform)), no_mix_(platform_->categories, 0), pages_(blocks, 0), variant_(blocks, 0) {
  for (const Metric& m : metric_registry()) additive_.push_back(additive(m, *platform_));
  values_.resize(blocks * additive_.size());
}

void BlockTable::add(std::size_t block, std::size_t variant, const Interaction& page) {
  ++pages_[block];
  variant_[block] = static_cast<std::uint32_t>(variant);
  const UnitContext context{page.request.time, page.request.time, platform_.get(), false, no_mix_, no_mix_};
  for (std::size_t m = 0; m < additive_.size(); ++m)
    if (additive_[m]) metric_registry()[m].add(values_[block * additive_.size() + m], context, page);
}

std::optional<UnitValue> BlockTable::value(std::size_t block, std::size_t metric) const {
  if (!additive_[metric] || pages_[block] == 0) return std::nullopt;
  return values_[block * additive_.size() + metric];
}

}  // namespace feedloop
