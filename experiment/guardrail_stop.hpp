// The automatic stop: after each day an experiment that asks for it (stop_on_guardrail) is stopped when one of its guardrails
// is worse than the margin allows on always-valid evidence, so that looking every day is safe. The statistic is that of the
// guardrail's test of non-inferiority, treatment - (1 + L) control (stats/non_inferiority.hpp), in the mixture ratio of
// stats/sequential.hpp. Its tau follows analysis.sequential (experiment/sequential_rule.hpp), but of msprt it is no less than
// the statistic's standard error at the first informative look: harms worth stopping for in a small experiment are larger than
// the lifts worth finding in a large one. Against
//
//   Lambda >= guardrails x treatments / alpha, and in the direction of harm
//
// so that of all experiments whose guardrails lie within their margins at most a share alpha is ever stopped (Bonferroni; the
// null is one-sided and the mixture two-sided, which only makes it safer).
#pragma once

#include <vector>

#include "base/state.hpp"
#include "experiment/experiment_tables.hpp"

namespace feedloop {

class GuardrailStop {
 public:
  explicit GuardrailStop(const Study& study);

  struct Stop {
    std::size_t experiment = 0, variant = 0, metric = 0;
    SimTime time;
  };
  // At the end of each day; stops experiments in `tables`. The first breach stands, in order of variant and metric.
  void look(const Study& study, ExperimentTables& tables, SimTime now);
  const std::vector<Stop>& stops() const { return stops_; }
  void visit_state(State& s);

 private:
  std::vector<std::vector<double>> taus_;  // by experiment, and variant and metric; 0: no look has been informative
  std::vector<Stop> stops_;
};

}  // namespace feedloop
