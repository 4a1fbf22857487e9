// Which metrics a scenario decides by, which it guards, and by what past their effects are adjusted.
#pragma once

#include <vector>

#include "experiment/report.hpp"
#include "experiment/scenario.hpp"

namespace feedloop {

// By metric, in the registry's order. Throws Error for a name that is no metric, or stands in both lists.
std::vector<MetricRole> metric_roles(const AnalysisParams& params);

// By metric: the metric whose past adjusts it. analysis.covariate, or, when that is empty, the metric itself where it is a sum
// and the share of active days where it is not. Throws Error for a name that is no metric, or none that is a sum.
std::vector<std::size_t> metric_covariates(const AnalysisParams& params);

}  // namespace feedloop
