// What all widgets are made of: the registry's entry, the area that reacts to the pointer, the tooltip on offer. For ui*.cpp
// alone; views use ui.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gui/ui.hpp"

namespace feedloop::ui::detail {

bool interactive();  // widgets react (set_interactive)
void add(std::string_view path, Kind kind, std::string_view value, const Rect& rect, bool enabled = true, bool fits = true,
         std::string_view tooltip = {});
// Shown once the pointer has rested on the box; of boxes within each other the last one's.
void offer_tooltip(std::string_view path, const Rect& box, std::string_view tooltip);

struct Area {
  bool hovered = false, held = false, clicked = false;
};
Area press_area(std::string_view path, const Rect& box, bool enabled);

std::string shortened(std::string_view text, Font f, float width);     // with an ellipsis, to at most that width
std::string shortened_to(std::string_view text, Font f, float width);  // where it is wider
std::vector<std::string> wrapped(std::string_view text, Font f, float width);

}  // namespace feedloop::ui::detail
