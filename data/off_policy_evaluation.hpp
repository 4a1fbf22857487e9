// Judges a policy by a log of decisions: every estimator of stats/off_policy.hpp with intervals, a cross-fitted reward model
// where one is asked of, and whether the weights can carry the answer.
//
// Units of independence are the log's units (users), else its slates, else its rows. The reward model is a ridge regression
// (stats/ridge_rates.hpp) on one-hot action, position and context columns, logistic for rewards in [0, 1], cross-fitted: the
// log is dealt into folds, by its place in time modulo their number (by unit, where units have several rows), and a row is
// predicted by the model of the other folds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/bandit_log.hpp"
#include "data/policy_table.hpp"
#include "stats/off_policy.hpp"
#include "stats/weight_verdict.hpp"

namespace feedloop {

struct EvaluatedPolicy {
  enum class Kind : std::uint8_t {
    Table,
    Uniform,  // over the log's actions; over each row's own action set where the log has its size, given the earlier slots
    Greedy,   // the reward model's best action at each position and context, of the other folds' model: judged on rows it has
              // not seen
  };
  Kind kind = Kind::Uniform;
  PolicyTable table;
  std::string name;
};

enum class OffPolicyInterval : std::uint8_t { Normal, Bootstrap, Student, Bernstein, Hoeffding };

struct OffPolicyOptions {
  std::optional<double> clip;        // of the clipped estimators; else tuned by the data (select_by_error, on ips)
  std::optional<double> switch_tau;  // else the weights' 95th percentile
  double shrinkage = 100;            // lambda of shrunk dr
  double sub_gaussian = 0.01;        // lambda of the sub-gaussian weights
  int folds = 5;
  double ridge = 2.5;
  double level = 0.95;
  OffPolicyInterval interval = OffPolicyInterval::Normal;
  int replicates = 2000;
  std::uint64_t seed = 42;
};

struct OffPolicyAnswer {
  std::string estimator;  // "ips", "clipped_ips (c = 8)", …
  OffPolicyEstimate estimate;
  double se = kNaN;  // the bootstrap's where it was asked for
  Interval interval;
  std::string method;   // of the interval: "normal", "bootstrap", …
  bool biased = false;  // even when all propensities are right
};

struct OffPolicyEvaluation {
  std::string policy;
  std::int64_t rows = 0, units = 0, slates = 0;
  std::string unit;  // "rows", "units", "slates"
  std::string reward_column, propensity_column;
  Interval reward_range;
  bool range_declared = false;
  double level = 0.95;
  OffPolicyEstimate logged;  // the plain average: what the log's own policy earned
  Interval logged_interval;
  std::vector<OffPolicyAnswer> answers;
  double lower_hoeffding = kNaN, lower_bernstein = kNaN,
         lower_student = kNaN;  // of ips, one-sided at the level; rows as units only
  WeightSummary weights;
  double weight_p95 = kNaN;
  double unsupported = 0;              // mass of the evaluated policy on (action, position) without a row, averaged over rows
  std::int64_t unsupported_pairs = 0;  // such (action, position) of positive probability
  double rough = 0;                    // share of rows whose propensity has a standard error above kRoughError of it
  std::int64_t rows_of_unlikely = 0;   // rows whose action the evaluated policy never takes
  WeightJudgement judgement;
  std::vector<std::string> warnings, notes;
};

// Throws Error naming file and line when a row's action or position is not in the policy's table.
OffPolicyEvaluation evaluate_off_policy(const BanditLog& log, const EvaluatedPolicy& policy,
                                        const std::optional<Interval>& reward_range, const OffPolicyOptions& options);

}  // namespace feedloop
