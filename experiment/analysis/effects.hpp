// Every treatment against control, per metric: the user is the unit, ratios by the delta method (Deng, Knoblich, Lu 2018),
// Welch's degrees of freedom; always-valid inference from the daily looks; one
// correction for each role of metrics.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_effects(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
