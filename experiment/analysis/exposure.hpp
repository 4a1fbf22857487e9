// How evenly a variant's impressions fall over the catalogue: Gini, coverage, entropy . The universe is every
// item that could be shown by now. These have no error model here: they depend on counts, and users share one catalogue.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_exposure(const AnalysisInput& in, ExperimentReport& out);
std::vector<MetricInfo> exposure_infos();  // exposure_gini, exposure_coverage, exposure_entropy

}  // namespace feedloop
