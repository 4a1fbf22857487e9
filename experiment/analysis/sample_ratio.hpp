// Did the split come out as planned? Counts units against the planned shares: all that entered, and of a triggered experiment
// those that triggered besides, since a trigger that depends on the variant would undo the split.
#pragma once

#include <algorithm>

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

// Units split as planned in no scope.
inline bool split_broken(const ExperimentReport& e) {
  return std::any_of(e.srm.begin(), e.srm.end(), [](const SrmReport& r) { return r.state == "unhealthy"; });
}

void analyse_sample_ratio(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
