// Guardrails as tests of non-inferiority: a treatment may ship only where each is shown not to be worse than control by more
// than the margin, at level alpha without correction, since all of them must hold (an intersection-union test, Berger 1982).
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

// The lift beyond which a guardrail is harmed: the margin, upwards or downwards as the metric gets worse.
double harm_bound(const Metric& metric, double margin);

void analyse_guardrails(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
