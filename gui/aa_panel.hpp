// The A/A false-positive meter: how often each rule finds something where there is nothing, growing while it is repeated.
#pragma once

#include "gui/stats_view.hpp"

namespace feedloop {

void draw_aa_panel(AppState& state, const Snapshot* snapshot, const LabSubject& subject, const Rect& box);

}  // namespace feedloop
