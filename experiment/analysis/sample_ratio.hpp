// Did the units split as planned: of all units, of those that triggered besides, since a trigger that depends on the variant
// would undo the split, and, where to look for the cause, by the day they entered, by tier of activity before the experiment
// and by device. The alarm level is kSrmAlarmP for all units and once more over each of these lists, shared by Bonferroni, so
// that many scopes do not cry wolf more often.
#pragma once

#include <algorithm>

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

// The units of the whole experiment did not split as planned, or those that triggered.
inline bool split_broken(const ExperimentReport& e) {
  return std::any_of(e.srm.begin(), e.srm.end(),
                     [](const SrmReport& r) { return r.state == "unhealthy" && (r.scope == "all" || r.scope == "triggered"); });
}

void analyse_sample_ratio(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
