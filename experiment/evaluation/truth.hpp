// A scenario lived to its end, and what its users would truly want to see next: what retrieval is measured against.
//
// The true value of an item for a user is the share of it that they are expected to watch when they examine its slot:
//   P(click | examined) E[watched | click] / duration = World::expected_value / duration,
// at the user's taste, trust and fatigue of that moment. That is what sources learn from plays (play_value), without the noise
// and for every item; in minutes it would be a ranking by duration first. Relevant are the kRelevant items of the largest value
// among those that may be shown to the user and that they have not clicked before. Equal values end in ids.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "experiment/simulation.hpp"
#include "stats/moments.hpp"

namespace feedloop {

constexpr std::size_t kRelevant = 100;
constexpr std::size_t kAsked = 500;  // candidates asked of a source for a recall at 500

// Everybody is served control from the first day to the last. With `control_only`, other variants are not even built;
// otherwise their pipelines learn beside control's from the pages that control served. `watch` is shown all pages.
struct Lived {
  explicit Lived(Scenario lived, bool control_only = true, const std::function<void(const Interaction&)>& watch = {});
  Lived(const Lived&) = delete;

  const OnlineFeatures& known(UserId user) const { return simulation.features()[user.index()]; }
  std::span<const std::unique_ptr<Source>> sources(std::size_t pipeline = 0) const {
    return simulation.engine().pipeline(pipeline).live().sources;
  }
  Request request(UserId user) const;  // the first page of a visit that begins at the end of the run

  Scenario scenario;
  Study study;
  Simulation simulation;
  Catalog catalog;                   // at the end
  std::vector<std::int64_t> clicks;  // by item
};

// Users by their clicks so far: bin b begins at edges[b] clicks and ends before the next edge; the last has no end.
struct Sampled {
  UserId user;
  std::size_t bin;
};
std::string bin_name(std::span<const std::int64_t> edges, std::size_t bin);  // "1-49"
// Up to `each` users of every bin, chosen by a hash of their ids, among those who have joined and not churned; by bin.
std::vector<Sampled> sample_users(const Lived& lived, std::span<const std::int64_t> edges, std::size_t each);

// One user's truth. Items that may not be shown have a negative value.
struct Wishes {
  std::vector<float> value;      // by item of the catalogue
  std::vector<ItemId> relevant;  // ascending ids
};
Wishes wishes_of(const Lived& lived, const Request& request);
// The k items of the largest value >= 0, best first.
std::vector<ItemId> best_items(std::span<const float> values, std::size_t k);

// Up to k items of the source as it would answer in serving, best first.
std::vector<ItemId> nominate(const Lived& lived, const Source& source, const Request& request, std::size_t k);
// The first k of its nominations that may be shown, however many it takes: what the source knows, without the places that it
// gives to what the user has clicked already.
std::vector<ItemId> nominate_new(const Lived& lived, const Source& source, const Request& request, const Wishes& wishes,
                                 std::size_t k);
// By source: what control asks for in serving a user of this cohort.
std::vector<std::size_t> quotas(const Lived& lived, const Request& request);

// How many of `relevant` (ascending) are among `found` (any order, repeats allowed), as a share; 0 when nothing is relevant.
double recall(std::span<const ItemId> relevant, std::vector<ItemId> found);

// "0.123 ± 0.004": a mean over users and its standard error, or with a factor of 1.96 its interval. "–" without users.
std::string plus_minus(const RatioMoments& moments, double factor = 1);
// The same for a mean over seeds: Student's 95 % interval, when there are two or more.
std::string over_seeds(std::span<const double> by_seed);

}  // namespace feedloop
