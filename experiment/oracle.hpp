// What no platform can know: the effect a full launch would have had. From two worlds forked at t0 on the same random numbers,
// one all control, one all treatment.
#pragma once

#include <vector>

#include "experiment/report.hpp"
#include "experiment/study.hpp"
#include "experiment/unit_table.hpp"

namespace feedloop {

// Adds the true effect of `variant` beside every estimate in `report`, and parts the estimate's bias by the identity
//
//   naive - true = (Y1(mixed) - Y1(all treatment)) - (Y0(mixed) - Y0(all control)) + sampling
//
// (spillover of both groups as in Hudgens & Halloran 2008, "Toward causal inference with interference", sec. 3), with Yv the
// value over the users that the mixed world has in variant v. Taken over the same users in both worlds, each spillover is
// interference alone: `sampling` holds what the split of the users and an adjusted estimate add.
//
// The standard error pairs each user with themselves (linearised ratios); all users of a world share its models, so it leaves
// out what another seed would add: compare runs of several seeds for that.
void add_truth(const Study& study, std::size_t experiment, const UnitTable& mixed, const UnitTable& all_control,
               const UnitTable& all_treatment, std::size_t variant, ExperimentReport& report);

}  // namespace feedloop
