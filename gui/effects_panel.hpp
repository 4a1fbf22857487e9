// Effects of one treatment on every metric, on one common axis of relative change: interval, estimate and verdict.
#pragma once

#include "experiment/snapshot.hpp"
#include "gui/app_state.hpp"

namespace feedloop {

void draw_effects_panel(const AppState& state, const Snapshot* snapshot, const Rect& box);

}  // namespace feedloop
