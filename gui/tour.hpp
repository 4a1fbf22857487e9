// The first start: four things to do, each shown at the widget that does it. It advances when the person does the thing, blocks
// nothing, can be skipped at any time, and is over for good then.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "gui/geometry.hpp"

namespace feedloop {

struct AppState;

struct TourState {
  bool done = true;
  std::size_t step = 0;
  bool begun = false;
  std::filesystem::path file = {};  // chosen when it began
};

struct TourStep {
  std::string_view id, title, text;
};
std::vector<TourStep> tour_steps();  // those whose screens there are

bool touring(const AppState& state);
void skip_tour(AppState& state);
// Reads the last frame's registry for what was done and where the widget is: before ui::begin().
void advance_tour(AppState& state);
// The widget's place in the last frame; empty when it is not on the screen.
Rect tour_target(const AppState& state);
// A row of its own below the screen, so that it covers nothing, and an outline around the widget. Height 0: no tour.
float tour_height(const AppState& state);
void draw_tour(AppState& state, const Rect& target, const Rect& box);

}  // namespace feedloop
