// Where nobody chooses an item twice, a lively person runs out of items: of m choices that they would have made, those of an
// item chosen before are missing. A Poisson version of rarefaction (Hurlbert 1971, "The nonconcept of species diversity", eq.
// 14).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace feedloop {

struct DistinctChoices {
  std::vector<double> weight;  // share of choices that an item would take; items chosen equally often are alike and stand once
  std::vector<double> items;   // how many are alike; the sum of weight * items is 1

  // Different items among `choices` that are made without looking back: sum of 1 - exp(-choices * weight). At most the number
  // of items. Requires: choices >= 0.
  double expected(double choices) const;
};

// Everybody draws items by the same weights, each as often as their own rate says: rates and weights at which users and items
// have the counts that they have in expectation, by turns. Requires: an item with an event.
DistinctChoices fit_distinct_choices(std::span<const std::int64_t> events_per_user,
                                     std::span<const std::int64_t> events_per_item);

}  // namespace feedloop
