// How alike paired worlds stay. Worlds forked at t0 on the same random numbers share every user's luck, so that a user's day in
// one tells that user's day in the other; what the models learn apart, and what users feel apart, wears that away. The
// correlation by day says how much pairing still gains: Var(difference) = Var_1 + Var_0 - 2 corr sd_1 sd_0. Where it decays
// fast, add seeds.
#pragma once

#include <span>
#include <vector>

#include "base/interaction.hpp"
#include "base/state.hpp"
#include "experiment/report.hpp"

namespace feedloop {

// Clicks and minutes of every user on every day (24 hours since t0) of one world. 8 bytes a user and day.
class DailyUse {
 public:
  DailyUse() = default;
  DailyUse(SimTime t0, std::size_t users, std::size_t days) : t0_(t0), users_(users), use_(users * days) {}
  void add(std::span<const Interaction> pages);  // those before t0 or after the last day do not count
  std::size_t days() const { return users_ > 0 ? use_.size() / users_ : 0; }
  void visit_state(State& s) { s(use_); }

 private:
  friend PairedWorlds pair_worlds(std::string_view variant, const DailyUse& treatment, const DailyUse& control);
  struct Use {
    float clicks = 0, minutes = 0;
  };
  SimTime t0_;
  std::size_t users_ = 0;
  std::vector<Use> use_;  // days x users
};

// Pearson's correlation over all users, by day; NaN on a day without variation. Requires: the same users and days.
PairedWorlds pair_worlds(std::string_view variant, const DailyUse& treatment, const DailyUse& control);

}  // namespace feedloop
