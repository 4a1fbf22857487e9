// Worlds of one slot, whose click probabilities are known: where a policy's regret can be measured. Everything is a pure
// function of the seed, the round and the action, so all policies meet the same luck.
//
//   stationary   every action has one click probability for good
//   drifting     all probabilities are drawn again every drift_rounds rounds (Garivier & Moulines 2011, "abruptly changing")
//   contextual   p = base + spread * <x, theta_action>, x and theta uniform on the unit sphere of `dims` dimensions, x drawn
//   each round;
//                base and spread are the middle and the half-width of [worst, best], so p stays within
//   features     actions have features f on the unit sphere, users x likewise: p = base + spread * (<f, t> + <x * f, t'>
//   sqrt(dims)) / 2,
//                cut to [worst, best], t and t' on the sphere too. A policy sees (f, x * f sqrt(dims)) of each action, and one
//                theta serves all; without context an action still has a mean, <f, t>
//
// Profiles of the first two: `gap`, one action at `best` and all others at best - gap (Chapelle & Li 2011, sec. 3); `uniform`,
// drawn from [worst, best]; `beta`, drawn from the Beta distribution of `mean` and coefficient of variation `cv`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/parameters.hpp"
#include "base/random.hpp"

namespace feedloop {

struct BanditWorldParams {
  std::string kind = "stationary", profile = "gap";
  double best = 0.1, worst = 0.02, gap = 0.02, mean = 0.05, cv = 0.5;
  std::int64_t drift_rounds = 10'000, dims = 10;
  void describe(Describe& d);
};

class BanditWorld {
 public:
  // Requires: actions > 0. Throws Error when no Beta distribution has that mean and cv.
  BanditWorld(const BanditWorldParams& params, std::size_t actions, Seed seed);

  // Moves to this round: rounds are 0, 1, 2 …
  void begin(std::int64_t round);
  // What the policy may see of the round, row-major: no row, one for all actions (contextual), or one each (features).
  std::span<const float> rows() const { return rows_; }
  std::size_t width() const { return width_; }
  double probability(std::size_t action) const;
  double best() const { return best_; }  // the largest probability of the round
  // Would a click follow? Also of actions that were not taken.
  bool clicked(std::size_t action) const;

 private:
  void draw_probabilities(std::int64_t period);

  BanditWorldParams params_;
  std::size_t actions_;
  Seed seed_;
  std::int64_t round_ = -1;
  std::vector<double> probability_;
  std::vector<float> theta_, user_, rows_;  // theta: of the actions, row-major; of features, t and t'
  std::vector<float> features_;             // of the actions
  std::size_t width_ = 0;
  double best_ = 0;
};

}  // namespace feedloop
