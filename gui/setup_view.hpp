// The Setup screen: which question, adjusted how, and what to expect of it? Scenarios as cards, the parameters that matter as
// sliders and all others in groups, and what a pilot says of time and of the smallest effect that can be seen.
#pragma once

#include "gui/views.hpp"

namespace feedloop {

class SetupView final : public View {
 public:
  void draw(AppState& state, const Snapshot* snapshot, const Rect& area) override;
};

// Asks for the chosen scenario to begin, and shows it. With an unfinished run on the screen the first call only asks back.
void start_chosen(AppState& state);

// Chooses the usable scenario after (+1) or before (-1) the chosen one on the list.
void choose_next(AppState& state, int step);

}  // namespace feedloop
