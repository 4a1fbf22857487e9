// The right-hand column: is the assignment as planned, how far is the run, and what the run warns about.
#pragma once

#include "experiment/snapshot.hpp"
#include "gui/app_state.hpp"

namespace feedloop {

void draw_health_panel(const AppState& state, const Snapshot* snapshot, const Rect& box);

// "Running", "Paused", "Finished"…, with the stage while it is not the experiment itself.
std::string status_text(const RunState& run);

}  // namespace feedloop
