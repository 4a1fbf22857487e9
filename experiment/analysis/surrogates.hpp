// The surrogate index: what the first days of the experiment say of who comes back in the days after
// (stats/surrogate_index.hpp). Weights are fitted on as many days before the experiment; surrogates are the sums of the metrics
// that decide or are guarded, and active days. The observed effect stands beside the predicted one as soon as the days are
// over, and a launch to everybody, where its world was run, says whether the index was right.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_surrogates(const AnalysisInput& in, ExperimentReport& out);

// Fills in `truth` of the treatment's report: w0 is the world of control alone, w1 that of the treatment.
void add_surrogate_truth(const Study& study, const UnitTable& w0, const UnitTable& w1, std::size_t variant,
                         ExperimentReport& report);

}  // namespace feedloop
