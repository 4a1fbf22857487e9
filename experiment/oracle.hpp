// What no platform can know: the effect a full launch would have had. From two worlds forked at t0 on the same random numbers,
// one all control, one all treatment.
#pragma once

#include <vector>

#include "experiment/experiment_tables.hpp"
#include "experiment/report.hpp"
#include "experiment/study.hpp"

namespace feedloop {

// Adds the true effect of `variant` of the experiment beside every estimate in `report`. The standard error pairs each user
// with themselves (linearised ratios); all users of a world share its models, so it understates what another seed would add.
void add_truth(const Study& study, const ExperimentTables& all_control, const ExperimentTables& all_treatment,
               std::size_t experiment, std::size_t variant, ExperimentReport& report);

}  // namespace feedloop
