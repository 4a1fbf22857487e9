// Did the units split as planned: of all units, and, where to look for the cause, by the day they entered, by tier of activity
// before the experiment and by device. The alarm level is kSrmAlarmP for all units and once more over each of these lists,
// shared by Bonferroni, so that many scopes do not cry wolf more often.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_sample_ratio(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
