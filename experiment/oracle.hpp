// What no platform can know: the effect a full launch would have had, from two worlds forked at t0 on the same random numbers,
// one all control, one all treatment; and metrics that need the truth.
#pragma once

#include "experiment/metrics/hidden.hpp"
#include "experiment/report.hpp"
#include "experiment/study.hpp"
#include "experiment/unit_table.hpp"

namespace feedloop {

// What is known of a world that has ended.
struct KnownWorld {
  const UnitTable& units;
  const HiddenMetrics* hidden = nullptr;  // null: not kept
  SimTime until = kNever;                 // when the experiment was stopped, if it was
};

// Adds the variants' values of the metrics that need the truth, and their differences from control (group_effects).
void add_hidden(const Study& study, std::size_t experiment, const KnownWorld& mixed, ExperimentReport& report);

// Adds the true effect of `variant` beside every estimate in `report`, and parts the estimate's bias by the identity
//
//   naive - true = (Y1(mixed) - Y1(all treatment)) - (Y0(mixed) - Y0(all control)) + sampling
//
// (spillover of both groups as in Hudgens & Halloran 2008, "Toward causal inference with interference", sec. 3), with Yv the
// value over the users that the mixed world has in variant v. Taken over the same users in both worlds, each spillover is
// interference alone: `sampling` holds what the split of the users and an adjusted estimate add. Values of a variant as a whole
// (Gini, coverage) cannot be taken over some users of a world: theirs are those of all users at equal impressions, the luck of
// the split is part of their spillover, and `sampling` is 0.
//
// The standard error pairs each user with themselves (linearised ratios, or one bootstrap for both worlds); all users of a
// world share its models, so it leaves out what another seed would add: compare runs of several seeds for that.
void add_truth(const Study& study, std::size_t experiment, const KnownWorld& mixed, const KnownWorld& all_control,
               const KnownWorld& all_treatment, std::size_t variant, ExperimentReport& report);

}  // namespace feedloop
