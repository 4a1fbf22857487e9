// The bottom bar: warm-up and days of the experiment, the looks taken at it, and the handle that goes back in its history.
#pragma once

#include "gui/app_state.hpp"

namespace feedloop {

void draw_timeline(AppState& state, const Snapshot* newest, const Rect& box);

}  // namespace feedloop
