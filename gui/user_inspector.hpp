// One user of the map in both worlds: what they saw and what they would have liked, by category, and the exposures themselves.
#pragma once

#include "experiment/bubble/bubble.hpp"
#include "gui/app_state.hpp"

namespace feedloop {

// Requires: state.user is a place in report.users; `treatment` one of the experiment's.
void draw_user_inspector(const BubbleReport& report, const BubbleExperiment& experiment, std::size_t treatment, std::size_t day,
                         BubbleState& state, const Rect& box);

}  // namespace feedloop
