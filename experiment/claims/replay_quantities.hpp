// Replay against the truth (Li, Chu, Langford & Wang 2011, algorithm 2): of the pages that a policy drew evenly, those whose
// first slot holds what a target would have put there, against what the first slot would have earned had the target filled all.
// The target is the item that users like best on average at the world's start, so that it knows nothing of the log; the truth
// is the closed form of its click at each page, at the user's state of that moment: users are lived a second time, with the
// same luck.
//
// Requires: the world's first page lies in the claim's days, nothing but their own pages moves users (no spillover), and no
// page is clicked for being new (world.choice.novelty = 0), which the closed form leaves out. No value where the variant's
// policy is not `random`.
#pragma once

#include <vector>

#include "experiment/claims/quantity.hpp"
#include "sim/user_state.hpp"
#include "stats/interval.hpp"

namespace feedloop {

class ReplayQuantity : public Probe {
 public:
  using Probe::Probe;
  void begin(const Study& study) override;
  void pages(const Simulation& world, std::span<const Interaction> pages) override;
  void end(const Simulation& world) override;

 protected:
  // Clicks in the first slot.
  struct Answer {
    double truth = kNoValue, logged = kNoValue, replay = kNoValue;
    Interval ci;  // of the replay, 95 %, users as units
  };
  const Answer& answer() const { return answer_; }

 private:
  struct Row {
    std::uint32_t user;
    bool match, clicked;
  };
  ItemId target_;
  double reach_ = 0;  // P(the first slot is examined)
  std::vector<UserState> users_;
  std::vector<Row> rows_;
  double truth_ = 0;
  Answer answer_;
};

// What replay says over the truth, less 1.
class ReplayError final : public ReplayQuantity {
 public:
  using ReplayQuantity::ReplayQuantity;
  double value(const Report&) const override { return answer().replay / answer().truth - 1; }
};

// What the log itself earned over the truth of the target, less 1.
class LoggedError final : public ReplayQuantity {
 public:
  using ReplayQuantity::ReplayQuantity;
  double value(const Report&) const override { return answer().logged / answer().truth - 1; }
};

// 1 when replay's interval holds the truth, else 0.
class ReplayCovers final : public ReplayQuantity {
 public:
  using ReplayQuantity::ReplayQuantity;
  double value(const Report&) const override;
};

}  // namespace feedloop
