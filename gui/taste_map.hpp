// One map of a filter bubble: items where their vectors lie, some users' tastes on day 0 and now with the path between, and of
// one user the circle of what they were shown lately. All maps of a record share axes and items.
#pragma once

#include <string>

#include "experiment/bubble/bubble.hpp"
#include "gui/app_state.hpp"

namespace feedloop {

struct TasteMapSpec {
  std::string path;  // "bubble/map/B"
  const BubbleReport* report = nullptr;
  const BubbleWorld* world = nullptr;  // shown
  const BubbleWorld* other = nullptr;  // the other map's, for one scale of heat; with `difference` what is subtracted
  int variant = 0;                     // of the colour and letter
  double day = 0;                      // within [0, report->days]
  bool difference = false;             // colour squares by share of impressions here less that in `other`
};

// Draws into the box and takes clicks: state.user is the user clicked, or -1 where none is.
void draw_taste_map(const TasteMapSpec& spec, BubbleState& state, const Rect& box);

// On the map's scale: one unit is as long on both axes.
Vec2 map_position(const Rect& box, float reach, MapPoint at);

constexpr std::size_t kItemsDrawn = 2500;  // by map; a larger catalogue shows every k-th item

}  // namespace feedloop
