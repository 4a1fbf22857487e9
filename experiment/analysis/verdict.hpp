// One word per effect. Withheld when the split is broken or the units are too few; otherwise the adjusted p decides, so that
// a long table does not cry wolf.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_verdicts(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
