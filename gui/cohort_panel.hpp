// The heat map of cohorts: of those who came first on one day, the share that came back so many days later.
#pragma once

#include "gui/app_state.hpp"

namespace feedloop {

void draw_cohort_panel(AppState& state, const ExperimentReport* experiment, std::string_view empty, const Rect& box);

// Five stops from dark blue to yellow, of rising lightness (after Viridis); `share` in [0, 1].
Color sequential_color(double share);

}  // namespace feedloop
