// Interleaving: one page shows the slates of control and of a treatment at once, and each click votes for the slate that its
// item was drafted from. Users are compared with themselves, so a preference takes far fewer of them than an A/B test of the
// same two rankers; what it measures is a preference within a page, not the effect of a launch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/interaction.hpp"
#include "base/random.hpp"
#include "base/state.hpp"
#include "stats/moments.hpp"

namespace feedloop {

// One slot of a drafted page: which slate gave it, and from which of its places.
struct Pick {
  bool treatment = false;
  std::size_t place = 0;
  friend bool operator==(const Pick&, const Pick&) = default;
};

// Team-draft interleaving (Radlinski, Kurup & Joachims 2008, "How does clickthrough data reflect retrieval quality?", algorithm
// 2): in each round the slates pick in an order that a coin decides, each its best item that is not there yet, until `slots`
// are filled or both have run out; when one has, the other goes on alone. Requires: no item twice in a slate.
std::vector<Pick> team_draft(std::span<const ItemId> control, std::span<const ItemId> treatment, std::size_t slots, Rng rng);

// Clicks that each user's drafted pages gave to either team (Interaction::team).
class InterleavingTable {
 public:
  explicit InterleavingTable(std::size_t users) : control_(users, 0), treatment_(users, 0) {}
  void add(const Interaction& page);
  // By user with a click: the treatment's clicks over all of them, whose ratio of sums is the preference.
  RatioMoments moments() const;
  std::int64_t pages() const { return pages_; }
  std::int64_t users() const;  // with a click
  void visit_state(State& s) {
    s(control_);
    s(treatment_);
    s(pages_);
  }

 private:
  std::vector<std::int64_t> control_, treatment_;
  std::int64_t pages_ = 0;
};

}  // namespace feedloop
