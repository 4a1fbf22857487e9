// Colours of the maps: item categories are muted and never stand for a variant, heat is a sequential scale, a difference a
// diverging one.
#pragma once

#include "gui/theme.hpp"

namespace feedloop {

Color category_color(std::size_t category);  // neighbours in number differ most
Color heat_color(double share);              // 0..1 of the scale, dark to bright (five stops of viridis)
Color difference_color(double share);        // -1..1: blue, grey, orange

}  // namespace feedloop
