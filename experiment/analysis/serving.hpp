// What the simulated services (engine/budget.hpp) did to a variant's pages: latency, partial and late pages, and what users
// made of them. Empty for variants that simulate none. No error model: which page is partial is drawn per request, and the
// pages of a user go together.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_serving(const AnalysisInput& in, ExperimentReport& out);
std::vector<MetricInfo> serving_infos();

}  // namespace feedloop
