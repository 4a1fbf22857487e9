// Streaming counters of items, published at the end of every epoch: the items' half of the feature store.
#pragma once

#include <span>
#include <vector>

#include "base/catalog.hpp"
#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "base/state.hpp"

namespace feedloop {

struct ItemStatsParams {
  double half_life_days = 7;
  bool direct = false;
  void describe(Describe& d) {
    d.number("half_life_days", half_life_days, {0.1, 3650}, "days", "Half-life of the items' counters.");
    d.flag("direct", direct, "Plays by a link or passed on count too, as seen and clicked; false = what pages showed alone.");
  }
};

struct ItemCounters {
  float impressions = 0, clicks = 0, completions = 0, likes = 0, skips = 0, value = 0;  // decayed sums; value: play_value
};

class ItemStats {
 public:
  explicit ItemStats(const ItemStatsParams& params) : params_(params) {}
  void observe(std::span<const Interaction> batch, Catalog catalog);
  void age_one_day();
  const ItemCounters& at(ItemId item) const;             // zeros for an item never shown
  const ItemCounters& creator(CreatorId creator) const;  // sums over the creator's items; zeros for one never shown
  const ItemCounters& total() const { return total_; }   // sums over all items
  void visit_state(State& s) {
    s(counters_);
    s(creators_);
    s(sums_);
    s(total_);
  }

 private:
  ItemStatsParams params_;
  std::vector<ItemCounters> counters_, creators_;
  std::array<double, 6> sums_{};  // a float stops counting at 2^24
  ItemCounters total_;            // the same, as published
};

}  // namespace feedloop
