// How watch time spreads over the units of each variant: quantiles of the units' own ratios, from the least to the most by
// hundredths. What two such curves differ by is tested at two of their points (experiment/analysis/quantiles.hpp).
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_distributions(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
