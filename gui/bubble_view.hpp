// The Bubble screen: does a variant close people into a bubble? Two linked maps of twin worlds, everybody in A and everybody in
// a treatment, with the measures that tell personalisation from collapse. A mixed run alone cannot say: the screen offers the
// pair.
#pragma once

#include "gui/commands.hpp"
#include "gui/views.hpp"

namespace feedloop {

class BubbleView final : public View {
 public:
  void draw(AppState& state, const Snapshot* snapshot, const Rect& area) override;
};

constexpr double kReplaySeconds = 10;  // for all days

void add_bubble_commands(std::vector<Command>& table);

}  // namespace feedloop
