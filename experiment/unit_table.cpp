#include "experiment/unit_table.hpp"

#include <algorithm>

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

UnitTable::UnitTable(std::size_t units, std::size_t items, std::size_t cells, std::size_t days)
    : metrics_(metric_registry().size()),
      items_(items),
      days_(days),
      words_((days + 63) / 64),
      entered_(units, kNever),
      cell_(units, 0),
      values_(units * metrics_),
      exposures_(cells * items, 0),
      requests_(cells, 0),
      impressions_(cells, 0),
      serving_(cells),
      short_pages_(cells * kShortages, 0),
      active_(units * words_, 0) {}

void UnitTable::enter_all(SimTime time) { std::fill(entered_.begin(), entered_.end(), time); }

void UnitTable::add(std::span<const Interaction> pages) {
  const auto metrics = metric_registry();
  for (const Interaction& page : pages) {
    const std::size_t unit = page.request.user.index();
    if (entered_[unit] == kNever) {
      entered_[unit] = page.request.time;
      cell_[unit] = page.cell;
    }
    const UnitContext context{entered_[unit], page.request.time};
    for (std::size_t m = 0; m < metrics_; ++m) metrics[m].add(values_[unit * metrics_ + m], context, page);
    const auto day = static_cast<std::size_t>((page.request.time - entered_[unit]).us / kDay.us);
    if (day < days_) active_[unit * words_ + day / 64] |= std::uint64_t{1} << (day % 64);
    ++requests_[page.cell];
    impressions_[page.cell] += static_cast<std::int64_t>(page.slate.slots.size());
    serving_[page.cell].add(page);
    if (page.shortage != Shortage::None) ++short_pages_[page.cell * kShortages + static_cast<std::size_t>(page.shortage)];
    for (const Slot& slot : page.slate.slots) ++exposures_[page.cell * items_ + slot.item.index()];
  }
}

std::optional<UnitValue> UnitTable::value(std::size_t unit, std::size_t metric, SimTime now) const {
  if (entered_[unit] == kNever) return std::nullopt;
  return metric_registry()[metric].finish(values_[unit * metrics_ + metric], {entered_[unit], now});
}

std::span<const std::int64_t> UnitTable::exposures(std::size_t cell) const {
  return std::span(exposures_).subspan(cell * items_, items_);
}

bool operator==(const UnitTable& a, const UnitTable& b) {
  const auto same = [](const UnitValue& x, const UnitValue& y) { return x.num == y.num && x.den == y.den; };
  return a.entered_ == b.entered_ && std::equal(a.values_.begin(), a.values_.end(), b.values_.begin(), b.values_.end(), same);
}

}  // namespace feedloop
