// One word per effect. Withheld when the split is broken or the units are too few; otherwise the adjusted p decides, so that
// a long table does not cry wolf.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

// `p` is what the effect is judged by; `broken`: the split is; `enough`: units.
std::string effect_verdict(double effect, double p, double alpha, Direction better, bool broken, bool enough);

void analyse_verdicts(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
