// Who stays, by variant: the share of units active on each day after they entered, over the units followed to that day's end
// (Wilson 1927 intervals), as far as three quarters of the units that were followed at all were followed; and, of the same
// visits, how long units stay before they lapse, with a log-rank test (stats/survival.hpp).
//
// A unit lapses after its last active day when no visit follows for analysis.lapse_days. To know, one must have looked that
// long: so every unit is followed to lapse_days before the last whole day it was seen, and censored there.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

void analyse_staying(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
