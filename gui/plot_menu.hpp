// The menu that a right click on a plot opens.
#pragma once

#include "gui/app_state.hpp"

namespace feedloop {

void draw_plot_menu(AppState& state);  // above everything, when it is open

}  // namespace feedloop
