#include "experiment/metrics/diversity.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "stats/divergence.hpp"
#include "stats/diversity.hpp"
#include "stats/intra_list_distance.hpp"

namespace feedloop {
namespace {

using Kept = std::optional<UnitValue>;

Kept as_is(const UnitValue& v, const UnitContext&) { return v; }
// The unit's mixes of categories are kept beside the folds.
void nothing(UnitValue&, const UnitContext&, const Interaction&) {}

Kept entropy_of_shown(const UnitValue&, const UnitContext& x) {
  std::array<std::int64_t, kMixCategories> counts{};
  std::copy(x.shown.begin(), x.shown.end(), counts.begin());
  const double h = entropy(std::span(counts).first(x.shown.size()));
  return std::isnan(h) ? std::nullopt : Kept({h, 1.0});
}

Kept steck(const UnitValue&, const UnitContext& x) {
  std::array<double, kMixCategories> shown{}, clicked{};
  std::copy(x.shown.begin(), x.shown.end(), shown.begin());
  std::copy(x.clicked.begin(), x.clicked.end(), clicked.begin());
  const double d = miscalibration(std::span(clicked).first(x.clicked.size()), std::span(shown).first(x.shown.size()));
  return std::isnan(d) ? std::nullopt : Kept({d, 1.0});
}

void add_distance(UnitValue& v, const UnitContext& x, const Interaction& page) {
  std::array<double, static_cast<std::size_t>(kMaxSlate) * kContentDims> rows;
  std::size_t n = 0;
  for (const Slot& slot : page.slate.slots)
    for (const float coordinate : x.platform->items[slot.item.index()].content) rows[n++] = static_cast<double>(coordinate);
  const double d = intra_list_distance(std::span(rows).first(n), kContentDims, Distance::Cosine);
  if (std::isnan(d)) return;
  v.num += d;
  v.den += 1;
}

}  // namespace

const Metric kUserEntropy{
    "user_entropy",
    "Entropy of a user's categories",
    "nats",
    1,
    3,
    Direction::Neither,
    "Mean over users of -sum p ln p, p the categories' shares of the user's impressions; it rises with the "
    "number of impressions, too.",
    "user",
    nothing,
    entropy_of_shown,
    0,
    false};

const Metric kNovelty{
    "novelty",
    "Novelty",
    "bits",
    1,
    3,
    Direction::Neither,
    "Sum of -log2 pop(item) / impressions, pop = (users who had clicked the item before the experiment + 1) / "
    "(users who had clicked anything + 2).",
    "impression",
    [](UnitValue& v, const UnitContext& x, const Interaction& page) {
      for (const Slot& slot : page.slate.slots) v.num += static_cast<double>(x.platform->surprise_bits[slot.item.index()]);
      v.den += static_cast<double>(page.slate.slots.size());
    },
    as_is};

const Metric kIntraListDistance{"intra_list_distance",
                                "Intra-list distance",
                                "",
                                1,
                                3,
                                Direction::Neither,
                                "Sum over pages of the mean of 1 - cos over pairs of the page's content vectors / pages of two "
                                "items or more.",
                                "page",
                                add_distance,
                                as_is};

const Metric kNewItemShare{"new_item_share",
                           "Impressions of new items",
                           "%",
                           100,
                           2,
                           Direction::Neither,
                           "Impressions of items uploaded in the 7 days before / impressions.",
                           "impression",
                           [](UnitValue& v, const UnitContext& x, const Interaction& page) {
                             for (const Slot& slot : page.slate.slots)
                               v.num += page.request.time - x.platform->items[slot.item.index()].uploaded < kNewItem;
                             v.den += static_cast<double>(page.slate.slots.size());
                           },
                           as_is};

const Metric kMiscalibration{"miscalibration",
                             "Miscalibration",
                             "nats",
                             1,
                             3,
                             Direction::LowerIsBetter,
                             "Mean over users who clicked of the Kullback-Leibler divergence of p from 0.99 q + 0.01 p, p the "
                             "categories' shares of the user's "
                             "clicks and q of their impressions (Steck 2018).",
                             "user",
                             nothing,
                             steck,
                             0,
                             false};

}  // namespace feedloop
