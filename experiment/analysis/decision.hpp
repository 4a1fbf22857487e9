// One decision per treatment, by a rule that is written before the numbers are seen:
//
//   do not trust   the units did not split as planned
//   do not ship    a guardrail is worse than its margin, or a decision metric is worse
//   ship           a decision metric is better, none is worse, and every guardrail holds
//   keep running   otherwise
//
// Before the planned end better and worse are what the always-valid p says, so that looking early is safe; at the end it is the
// fixed horizon's, corrected over the decision metrics.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

// By treatment. `roles` are those of the registry's metrics; `early`: the planned end has not come yet.
std::vector<DecisionReport> decisions(const ExperimentReport& e, std::span<const MetricRole> roles, double alpha, bool early);

void analyse_decision(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
