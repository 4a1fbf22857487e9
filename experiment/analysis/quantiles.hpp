// Where in the distribution an effect lies: the median and the 90th percentile over units of each decision metric that gives a
// unit a value of its own, num / den (stats/quantile_metric.hpp). Retention, a yes or no, has no quantiles, and shows "not
// enough data" as every metric does whose values tie there.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

constexpr double kQuantileLevels[] = {0.5, 0.9};

void analyse_quantiles(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
