// What a platform knows beside the pages when the experiment begins: items, sign-ups, and how popular each item was. It is the
// same in every world of a run and for every variant, so a metric that reads it cannot be moved by the treatment through it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/catalog.hpp"
#include "base/random.hpp"

namespace feedloop {

constexpr int kMixCategories = 32;  // most categories that a unit's mix can tell apart

struct Platform {
  SimTime t0;
  std::vector<SimTime> joined;               // by unit: when they signed up
  std::vector<ItemFacts> items;              // by id, later uploads included
  std::size_t categories = 1;                // of the items, at most kMixCategories
  std::vector<std::int64_t> clicked_before;  // by item: users who had clicked it when the experiment began
  std::vector<float> surprise_bits;          // by item: see set_popularity()
  std::vector<std::uint8_t> leading;         // by item: 1 where its creator is a leading one, from set_popularity()
  std::vector<float> click_price;            // by item: cents that a click earns; 0 unless sponsored

  bool newcomer(std::size_t unit) const { return joined[unit] >= t0; }

  // Fills `clicked_before` from the items that each user has clicked (repeats count once), and from it the self-information
  // -log2 pop (Zhou et al. 2010, "Solving the apparent diversity-accuracy dilemma of recommender systems", eq. 5), with
  // pop = (users who had clicked it + 1) / (users + 2), `users` those who had clicked anything: never 0, and uploads to come
  // are the most surprising. The leading creators are the fewest who together had half of those clicks; ties end in ids.
  void set_popularity(std::span<const std::vector<ItemId>> clicked);
};

// Items without traits, and units who were all there before: for tables that only count.
Platform blank_platform(std::size_t units, std::size_t items);

// What a click on each sponsored item earns, in cents: lognormal over creators with this median and sigma, from a keyed stream.
std::vector<float> click_prices(std::span<const ItemFacts> items, double median, double sigma, Seed seed);

}  // namespace feedloop
