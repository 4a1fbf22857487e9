#include "engine/windows.hpp"

#include <algorithm>
#include <bit>

namespace feedloop {
namespace {

void add(ItemWeek& to, const ItemWeek& x) {
  to.impressions += x.impressions;
  to.clicks += x.clicks;
  to.completions += x.completions;
}

}  // namespace

const UserWeek& WeekSnapshot::user(UserId id) const {
  static const UserWeek none;
  return id.index() < users.size() ? users[id.index()] : none;
}

const ItemWeek& WeekSnapshot::item(ItemId id) const {
  static const ItemWeek none;
  return id.index() < items.size() ? items[id.index()] : none;
}

void WeekCounters::observe(std::span<const Interaction> batch, Catalog catalog) {
  Segment& segment = segments_[newest_];
  if (!batch.empty()) segment.items.resize(std::max(segment.items.size(), catalog.size()));
  for (const Interaction& page : batch) {
    Page seen{page.request.user, static_cast<std::uint32_t>(page.slate.slots.size()), 0, 0};
    for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
      const ItemId item = page.slate.slots[k].item;
      const SlotOutcome& o = page.outcome.slots[k];
      add(segment.items[item.index()], {1, o.clicked, o.completed});
      if (!o.clicked) continue;
      ++seen.clicks;
      seen.watched_s += static_cast<std::uint32_t>(o.watched_ms / 1000);
      segment.clicks.push_back({page.request.user, catalog[item.index()].category});
    }
    segment.pages.push_back(seen);
    if (direct_)
      for (const DirectPlay& d : page.outcome.direct) add(segment.items[d.item.index()], {1, 1, d.outcome.completed});
  }
}

void WeekCounters::close() {
  newest_ = (newest_ + 1) % static_cast<std::uint32_t>(segments_.size());
  segments_[newest_] = {};
}

WeekSnapshot WeekCounters::publish(const WindowParams& window) const {
  const bool rolling = window.rolling();
  const std::size_t ring = segments_.size();
  const auto segments = rolling ? ring : static_cast<std::size_t>(2 * window.serving_days - 1);
  WeekSnapshot out;
  std::vector<std::uint8_t> days;  // of each user, a bit a day
  for (std::size_t i = 0; i < segments; ++i) {
    const Segment& segment = segments_[(newest_ + ring - i) % ring];
    // The newest segment is today's morning: the end of a rolling day, all there is of a calendar day.
    const auto day = static_cast<std::uint8_t>(1u << ((i + !rolling) / 2));
    out.items.resize(std::max(out.items.size(), segment.items.size()));
    for (std::size_t k = 0; k < segment.items.size(); ++k) {
      add(out.items[k], segment.items[k]);
      add(out.total, segment.items[k]);
    }
    for (const Page& page : segment.pages) {
      const std::size_t u = page.user.index();
      if (u >= out.users.size()) {
        out.users.resize(u + 1);
        days.resize(u + 1);
      }
      out.users[u].impressions += page.impressions;
      out.users[u].clicks += page.clicks;
      out.users[u].watched_s += page.watched_s;
      days[u] |= day;
    }
    for (const Click& click : segment.clicks) {
      std::uint16_t& n = out.users[click.user.index()].category_clicks[click.category.index()];
      if (n < UINT16_MAX) ++n;
    }
  }
  for (std::size_t u = 0; u < out.users.size(); ++u)
    out.users[u].active_days = static_cast<std::uint32_t>(std::popcount(days[u]));
  return out;
}

}  // namespace feedloop
