// The lift's interval by resampling units (BCa, Efron 1987; stats/ratio_bootstrap.hpp), for decision metrics and as many
// replicates as analysis.bootstrap asks: where groups are small or tails heavy, and the delta method's normal is in doubt.
// Draws are keyed by the seed, the variant and the replicate.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_bootstrap(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
