// Regret of a scenario's policies in worlds of one slot (experiment/bandit/bandit_world.hpp). Each [[variant]] is a policy, run
// through the same interface as in the funnel: a round is a ranking of one slot with all actions. Its click is learned `delay`
// rounds later (1: before the next), or together with those of the same batch of `delay` rounds (Chapelle & Li 2011, table 1).
// Where feedback_share < 1 feedback is scarce: the rest is never learned of (Li et al. 2010, sec. 5.4). The regret of a round
// is the best probability of that round minus that of the action taken. Two who know the truth play along: one takes the best
// action of each round and has no regret, the other the action that turns out best over the whole run, for good. Where
// probabilities change or depend on a context the second falls short too, and a policy's regret over it may be negative.
//
// `pretraining` rounds come before: policies learn in them, and they count nowhere; rounds are numbered after them.
//
// actions, delays and feedback_shares are lists ("10 100 1000"); every combination is a case. A round lasts a simulated minute.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiment/bandit/bandit_world.hpp"
#include "experiment/scenario.hpp"
#include "stats/interval.hpp"

namespace feedloop {

struct BanditParams {
  std::string actions = "10", delays = "1", feedback_shares = "1", arrival = "delayed";
  std::int64_t rounds = 10'000, seeds = 10, pretraining = 0;
  BanditWorldParams world;
  void describe(Describe& d);
};

struct RegretPoint {
  std::int64_t round = 0;  // after this many
  double mean = 0;         // cumulative regret, expected clicks, mean over seeds
  Interval ci;             // 95 %, Student's t over seeds, cut at 0 where regret is; NaN with one seed
};

struct RegretCurve {
  std::string policy;  // the variant's name
  std::size_t actions = 0;
  std::int64_t delay = 1;
  double feedback_share = 1;
  std::vector<RegretPoint> points;  // 1, 2, 5, 10 … and the last round
  std::vector<double> last;         // by seed: cumulative regret after all rounds
  std::vector<double> clicks;       // by seed: share of rounds with a click
  std::vector<double> expected;     // by seed: mean probability of a click
  std::vector<double> top_share;    // by seed: share of the rounds that the action taken most often has
  double slope = 0;  // of log regret over log round, least squares over the last tenfold of rounds; NaN without regret
  // Regret over that of the first policy in the same case, mean of the ratios of sums by the delta method; NaN without regret.
  double ratio = 0;
  Interval ratio_ci;
  double over_fixed = 0;  // mean over seeds of the regret after all rounds less the best fixed action's, which is 0 on its own
  Interval over_fixed_ci;
};

struct BanditReport {
  std::string scenario, question;
  BanditParams params;
  std::uint64_t seed = 0;
  std::vector<RegretCurve> curves;  // case by case, in each the policies in order of the variants
  std::vector<RegretCurve> truth;   // by case: the best fixed action, then the best of each round
};

// Throws Error when the scenario has several layers of experiments, or a list does not read.
BanditReport run_bandit(const Scenario& scenario);

}  // namespace feedloop
