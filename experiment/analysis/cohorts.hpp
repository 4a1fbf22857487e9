// Who comes back, by the day on which they came first: cohorts of the units that entered on one day since t0, each followed by
// 24-hour blocks, with Wilson's (1927) intervals. Cohorts are small, so that values are given from kLeastCohort units on; what
// decides is the retention curve over all of them (experiment/analysis/staying.hpp).
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

constexpr std::int64_t kLeastCohort = 20;

void analyse_cohorts(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
