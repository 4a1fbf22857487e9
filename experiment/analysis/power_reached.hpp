// What the run could have found: power now for a lift of analysis.tau_lift of each decision metric, the smallest lift that is
// found with power 0.8, and how many more days would bring that power (stats/running_power.hpp). The lift is the planned one,
// never the estimate (Hoenig & Heisey 2001). At level alpha / (number of decision tests), as Holm's first step asks.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

constexpr double kPlannedPower = 0.8;

void analyse_power_reached(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
