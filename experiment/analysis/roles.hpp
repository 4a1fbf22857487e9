// Which metrics a scenario decides by and which it guards.
#pragma once

#include <vector>

#include "experiment/report.hpp"
#include "experiment/scenario.hpp"

namespace feedloop {

// By metric, in the registry's order. Throws Error for a name that is no metric, or stands in both lists.
std::vector<MetricRole> metric_roles(const AnalysisParams& params);

}  // namespace feedloop
