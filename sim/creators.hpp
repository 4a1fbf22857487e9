// Creators whom nobody sees give up: who had fewer impressions in 28 days than `creator_floor` uploads no more, and what they
// would have uploaded never appears. This is how exposure shapes the catalogue, so it differs from world to world.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/catalog.hpp"
#include "base/interaction.hpp"
#include "base/state.hpp"
#include "sim/params.hpp"

namespace feedloop {

class Creators {
 public:
  static constexpr std::size_t kDays = 28;

  // Does nothing where the floor is 0.
  Creators(double floor, std::span<const ItemFacts> all_items);
  bool may_leave() const { return floor_ > 0; }
  void observe(std::span<const Interaction> pages);
  // At the end of a day: who had too little of it leaves. A creator is judged from 28 days after their first upload on.
  void end_day(SimTime now);
  bool left(CreatorId creator, SimTime by) const { return left_[creator.index()] <= by; }
  std::int64_t left_by(SimTime now) const;    // how many
  std::int64_t impressions(CreatorId) const;  // in the days kept
  std::size_t size() const { return left_.size(); }
  void visit_state(State& s) {
    s(counts_);
    s(left_);
    s(days_);
  }

 private:
  double floor_;
  std::vector<CreatorId> of_item_;
  std::vector<SimTime> first_upload_;                     // by creator; kNever: nothing yet
  std::vector<std::array<std::uint32_t, kDays>> counts_;  // by creator: a ring of days
  std::vector<SimTime> left_;                             // by creator; kNever: still here
  std::uint64_t days_ = 0;
};

}  // namespace feedloop
