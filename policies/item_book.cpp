#include "policies/item_book.hpp"

#include <cmath>

namespace feedloop {

void BookParams::describe(Describe& d) {
  describe_feedback(d, feedback);
  d.number("prior_weight", prior_weight, {0, 1e9}, "impressions", "Impressions that the ranker's prediction counts for.");
  d.number("prior_mean", prior_mean, {1e-6, 0.999999}, "probability",
           "Click probability of an item of which the ranker predicts nothing.");
  d.number("half_life_days", half_life_days, {0, 36500}, "days", "Counts lose half their weight in this time; 0 = never.");
}

void ItemBook::learn(std::span<const Interaction> pages, double stop_at) {
  if (pages.empty()) return;
  if (params_.half_life_days > 0) {
    const double days = (pages.back().request.time - decayed_to_).days();
    if (days > 0) {
      const double keep = std::exp2(-days / params_.half_life_days);
      for (Tally& t : tallies_) t = {t.shown * keep, t.clicked * keep, t.expected * keep};
      rounds_ *= keep;
      decayed_to_ = pages.back().request.time;
    }
  }
  for (const Interaction& page : pages)
    each_counted(page, feedback_, [&](std::size_t k) {
      const Slot& slot = page.slate.slots[k];
      rounds_ += 1;
      if (slot.item.index() >= tallies_.size()) tallies_.resize(slot.item.index() + 1);
      Tally& t = tallies_[slot.item.index()];
      if (t.shown >= stop_at) return;
      t.shown += 1;
      t.clicked += page.outcome.slots[k].clicked;
      t.expected += prediction(slot.heads);
    });
}

}  // namespace feedloop
