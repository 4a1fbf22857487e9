// CUPED beside the plain effect, for metrics that decide or are guarded (Deng, Xu, Kohavi & Walker 2013; stats/cuped.hpp): the
// covariate is the same metric of the days before the experiment, or the share of active days for one that is not a sum.
// Nothing without a warm-up.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_adjusted(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
