#include "experiment/unit_table.hpp"

#include <algorithm>
#include <array>

#include "base/parallel.hpp"

namespace feedloop {

void ServingSums::Pages::add(const Interaction& page) {
  ++pages;
  impressions += static_cast<std::int64_t>(page.outcome.slots.size());
  for (const SlotOutcome& o : page.outcome.slots) {
    clicks += o.clicked;
    watched_ms += o.watched_ms;
  }
}

void ServingSums::Pages::merge(const Pages& other) {
  pages += other.pages;
  impressions += other.impressions;
  clicks += other.clicks;
  watched_ms += other.watched_ms;
}

void ServingSums::add(const Interaction& page) {
  const ServingFacts& facts = page.serving;
  if (facts.ms == 0) return;
  ms.add(static_cast<double>(facts.ms));
  late += facts.late;
  if (facts.missing != 0)
    partial.add(page);
  else if (!facts.late)
    whole.add(page);
}

void ServingSums::merge(const ServingSums& other) {
  ms.merge(other.ms);
  whole.merge(other.whole);
  partial.merge(other.partial);
  late += other.late;
}

UnitTable::UnitTable(std::size_t units, std::size_t items, std::size_t cells, std::shared_ptr<const Platform> platform,
                     const UnitTableOptions& options)
    : platform_(platform ? std::move(platform) : std::make_shared<const Platform>(blank_platform(units, items))),
      metrics_(metric_registry().size()),
      items_(items),
      days_(options.days),
      words_((options.days + 63) / 64),
      entered_(units, kNever),
      last_(units, kNever),
      cell_(units, 0),
      values_(units * metrics_),
      shown_(units * platform_->categories, 0),
      clicked_(units * platform_->categories, 0),
      exposures_(cells * items, 0),
      requests_(cells, 0),
      impressions_(cells, 0),
      serving_(cells),
      short_pages_(cells * kShortages, 0),
      active_(units * words_, 0),
      exposure_counts_(platform_, cells, options.replicates, options.seed, options.half),
      panel_(units, options.panel),
      predictions_(cells) {}

void UnitTable::enter_all(SimTime time) { std::fill(entered_.begin(), entered_.end(), time); }

void UnitTable::add(std::span<const Interaction> pages) {
  // No unit reads another: shards of units are folded side by side, each in the pages' order.
  constexpr std::size_t kShards = 16, kFew = 128;
  if (pages.size() < kFew) {
    for (const Interaction& page : pages) add_to_unit(page);
  } else {
    std::array<std::vector<const Interaction*>, kShards> shards;
    for (const Interaction& page : pages) shards[page.request.user.index() % kShards].push_back(&page);
    parallel_for(kShards, 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t s = begin; s < end; ++s)
        for (const Interaction* page : shards[s]) add_to_unit(*page);
    });
  }
  for (const Interaction& page : pages) add_to_cell(page);
}

void UnitTable::add_to_unit(const Interaction& page) {
  const auto metrics = metric_registry();
  const std::size_t unit = page.request.user.index();
  if (entered_[unit] == kNever) {
    entered_[unit] = page.request.time;
    cell_[unit] = page.cell;
  }
  add_mix(unit, page);
  const UnitContext x = context(unit, page.request.time);
  for (std::size_t m = 0; m < metrics_; ++m) metrics[m].add(values_[unit * metrics_ + m], x, page);
  last_[unit] = page.request.time;
  const auto day = static_cast<std::size_t>((page.request.time - entered_[unit]).us / kDay.us);
  if (day < days_) active_[unit * words_ + day / 64] |= std::uint64_t{1} << (day % 64);
}

void UnitTable::add_to_cell(const Interaction& page) {
  ++requests_[page.cell];
  impressions_[page.cell] += static_cast<std::int64_t>(page.slate.slots.size());
  serving_[page.cell].add(page);
  exposure_counts_.add(page);
  panel_.add(page);
  predictions_[page.cell].add(page);
  if (page.shortage != Shortage::None) ++short_pages_[page.cell * kShortages + static_cast<std::size_t>(page.shortage)];
  for (const Slot& slot : page.slate.slots) ++exposures_[page.cell * items_ + slot.item.index()];
}

std::optional<UnitValue> UnitTable::value(std::size_t unit, std::size_t metric, SimTime now) const {
  if (entered_[unit] == kNever) return std::nullopt;
  return metric_registry()[metric].finish(values_[unit * metrics_ + metric], context(unit, now));
}

UnitContext UnitTable::context(std::size_t unit, SimTime now) const {
  return {entered_[unit], now, platform_.get(), platform_->newcomer(unit), mix(shown_, unit), mix(clicked_, unit), last_[unit]};
}

void UnitTable::add_mix(std::size_t unit, const Interaction& page) {
  const auto count = [](std::uint16_t& n) {
    if (n < UINT16_MAX) ++n;
  };
  const std::size_t first = unit * platform_->categories;
  for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
    const std::size_t category = platform_->items[page.slate.slots[k].item.index()].category.index();
    count(shown_[first + category]);
    if (page.outcome.slots[k].clicked) count(clicked_[first + category]);
  }
}

void UnitTable::keep(std::span<const std::size_t> metrics, SimTime now) {
  Kept k{now, {metrics.begin(), metrics.end()}, std::vector<UnitValue>(units() * metrics.size())};
  for (std::size_t u = 0; u < units(); ++u)
    for (std::size_t i = 0; i < metrics.size(); ++i)
      if (const auto v = value(u, metrics[i], now)) k.values[u * metrics.size() + i] = *v;
  kept_.push_back(std::move(k));
}

std::optional<UnitValue> UnitTable::kept(std::size_t unit, std::size_t metric, SimTime time) const {
  for (const Kept& k : kept_) {
    if (k.time != time) continue;
    const auto it = std::find(k.metrics.begin(), k.metrics.end(), metric);
    if (it != k.metrics.end()) return k.values[unit * k.metrics.size() + static_cast<std::size_t>(it - k.metrics.begin())];
  }
  return std::nullopt;
}

void UnitTable::values(std::size_t unit, SimTime now, std::span<double> num, std::span<double> den) const {
  const auto metrics = metric_registry();
  const UnitValue* kept = &values_[unit * metrics_];
  const UnitContext x = context(unit, now);
  for (std::size_t m = 0; m < metrics_; ++m) {
    const auto v = metrics[m].finish(kept[m], x);
    num[m] = v ? v->num : kNoValue;
    den[m] = v ? v->den : kNoValue;
  }
}

std::span<const std::int64_t> UnitTable::exposures(std::size_t cell) const {
  return std::span(exposures_).subspan(cell * items_, items_);
}

bool operator==(const UnitTable& a, const UnitTable& b) {
  const auto same = [](const UnitValue& x, const UnitValue& y) { return x.num == y.num && x.den == y.den; };
  return a.entered_ == b.entered_ && std::equal(a.values_.begin(), a.values_.end(), b.values_.begin(), b.values_.end(), same) &&
         a.shown_ == b.shown_ && a.clicked_ == b.clicked_;
}

}  // namespace feedloop
