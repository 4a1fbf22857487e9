// Did the split come out as planned? Counts the units that entered against the planned shares.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_sample_ratio(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
