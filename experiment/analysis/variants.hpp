// Every metric's value per variant, with the delta-method standard error.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_variants(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
