// The race of stopping rules: on which day each would have stopped, what it would have said, and whether that is right.
#pragma once

#include "gui/stats_view.hpp"

namespace feedloop {

void draw_race_panel(const AppState& state, const Snapshot* snapshot, const LabSubject& subject, const Rect& box);
float race_panel_height();

std::string_view rule_name(std::string_view rule);  // of StoppingReport: "Peeking daily", "Always-valid", …
std::string_view rule_doc(std::string_view rule);

}  // namespace feedloop
