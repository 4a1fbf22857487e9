// What to expect of the chosen scenario, and the button that starts it.
#pragma once

#include "gui/app_state.hpp"

namespace feedloop {

void draw_expectation_panel(AppState& state, const Rect& box);

std::string duration_text(double seconds);  // "about 40 s", "about 3 min"
std::string about_text(double count);       // "about 2.8 M"

}  // namespace feedloop
