// For whom does the treatment work: effects by tier of activity before the experiment (experiment/analysis/past.hpp), whether
// they differ (Cochran's Q, stats/heterogeneity.hpp), and the effect with each tier at its share of all units
// (stats/post_stratification.hpp). Of metrics that decide or are guarded. A tier where a variant has fewer units than
// analysis.min_units shows no effect, and is no part of Q. Nothing without a warm-up.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_tiers(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
