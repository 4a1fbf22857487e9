// What stays above every screen: scenario, transport, speed and position.
#pragma once

#include "experiment/snapshot.hpp"
#include "gui/app_state.hpp"

namespace feedloop {

// In a narrow window the least important facts are left out, never squeezed.
void draw_top_bar(AppState& state, const Snapshot* snapshot, const Rect& box);

// Slider position 0..1 to simulated hours per second and back; the right end is 0, as fast as possible.
double speed_at(double position);
double position_of(double speed);

}  // namespace feedloop
