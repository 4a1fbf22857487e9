// A run's table of units, a row each, for the archive.
#pragma once

#include "experiment/experiment_tables.hpp"
#include "experiment/run.hpp"

namespace feedloop {

// As the experiment counts them; of several experiments, all that a unit did since t0, and of those that it is not in no
// variant. After the metrics, after a warm-up, the past of what decides or is guarded (kPastSuffix).
void emit_units(const Study& study, const ExperimentTables& tables, UnitSink& sink);

}  // namespace feedloop
