// Pages written by hand, for metrics and tables that only count.
#pragma once

#include <vector>

#include "base/interaction.hpp"

namespace feedloop {

struct TinyPage {
  std::uint64_t user = 0;
  SimTime time;
  std::vector<std::uint64_t> items = {};
  std::vector<SlotOutcome> outcomes = {};  // the rest of the items was not clicked
  std::uint8_t page = 0;
  std::uint32_t cell = 0;

  operator Interaction() const {
    Interaction p;
    p.request.user = UserId{user};
    p.request.time = time;
    p.request.page = page;
    p.cell = cell;
    for (const std::uint64_t item : items) {
      p.slate.slots.emplace_back();
      p.slate.slots.back().item = ItemId{item};
    }
    p.outcome.slots = outcomes;
    p.outcome.slots.resize(items.size());
    p.outcome.end = time + kMinute;
    return p;
  }
};

inline SlotOutcome clicked(double minutes, bool completed = false, bool liked = false, bool skipped = false) {
  SlotOutcome o;
  o.seen = o.clicked = true;
  o.watched_ms = static_cast<std::int64_t>(minutes * 60000);
  o.completed = completed;
  o.liked = liked;
  o.skipped = skipped;
  return o;
}

constexpr SimTime kStart = SimTime{0} + kDay * 7;  // t0 after a week of warm-up
constexpr SimTime at_hours(double h) { return kStart + from_seconds(h * 3600); }

}  // namespace feedloop
