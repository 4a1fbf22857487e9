// A finished run from its report alone, as the snapshots of its run would show it: for whoever opens an archive.
//
// A day's snapshot holds what reports keep by day: the variants' units, metrics and exposure, the split, the effects that are
// followed with their always-valid verdicts, and the race of stopping rules. It lacks what a report keeps for the end alone
// (guardrails, retention curves, distributions, adjusted effects, the funnel).
#pragma once

#include <memory>
#include <vector>

#include "experiment/snapshot.hpp"

namespace feedloop {

// Daily; with the curves of Snapshot::live. The narrow band of the lift is worked out from the two variants' rates
// (stats/two_sample.hpp), with all their units, so that its ends may differ from the run's own in the last digits.
std::vector<LiveSeries> daily_curves(const Report& report);

std::shared_ptr<const Snapshot> snapshot_of(const Report& report);  // at its end
// At the end of each day, ascending; the last is snapshot_of(). At least that one.
std::vector<std::shared_ptr<const Snapshot>> daily_snapshots(const Report& report);

}  // namespace feedloop
