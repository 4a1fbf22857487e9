// The effect adjusted by the past beside the plain one, for metrics that decide or are guarded: the covariate is the same
// metric of the days before the experiment, or the share of active days for one that is not a sum. By analysis.adjustment with
// one coefficient for all variants (CUPED: Deng, Xu, Kohavi & Walker 2013; stats/cuped.hpp), or by a regression with a slope
// for each variant (Lin 2013; stats/regression_adjustment.hpp), of ratios on linearised units. A covariate that does not vary
// adjusts nothing in the first and is "not enough data" in the second. Nothing without a warm-up.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_adjusted(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
