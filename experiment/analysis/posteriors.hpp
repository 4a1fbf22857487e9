// What to believe of each decision metric's lift under a sceptical prior, normal around 0 with sd analysis.prior_lift, and what
// shipping or keeping would cost on average (stats/posterior.hpp).
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_posteriors(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
