// Does the effect fade (novelty) or grow (primacy, learning): a treatment's effect in the second half of the experiment less
// that in the first, over the units that had entered by the middle, so that who is counted does not change. The variance is the
// units' own over both halves (stats/covariate_moments.hpp), since the same people are seen twice. Of metrics that decide or
// are guarded and are sums.
//
// "fades" and "grows" speak of the size of the effect: p < alpha, corrected over the metrics by Holm, and the change points
// towards, or away from, zero.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_novelty(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
