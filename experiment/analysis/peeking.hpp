// What the daily looks at each decision metric allow: boundaries for |z| by alpha spending (O'Brien-Fleming and Pocock, Lan &
// DeMets 1983; stats/group_sequential.hpp) and those of always-valid inference as the scenario tunes it
// (experiment/sequential_rule.hpp), the day on which each would have stopped, and how often reading the fixed-horizon p at
// every one of these looks would find a difference where there is none.
//
// Alpha is spent by the days, and what looks add is measured by their information (experiment/sequential_rule.hpp): a boundary
// once read stays. A look that adds none is left out. The statistic is taken to have independent increments in information,
// which holds nearly for users who arrive and are counted once, and less so for a cohort that is observed again
// (docs/STATISTICS.md).
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

// Of one effect's looks; `planned` is the day of the end.
GroupSequentialReport group_sequential(const EffectSeries& looks, double alpha, double planned);

// Of the same looks, the days on which the two spending rules stop; NaN: they do not. Much less work where they stop early, or
// not at all.
struct SpendingStops {
  double obrien_fleming_day = kNoValue, pocock_day = kNoValue;
};
SpendingStops spending_stops(const EffectSeries& looks, double alpha, double planned);

void analyse_peeking(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
