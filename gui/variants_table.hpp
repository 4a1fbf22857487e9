// The table of variants: letter, name, units, metrics, lift of the primary metric over control, and the verdict in words.
// Columns give way by priority when the window is narrow; a lift that may not be trusted is not shown.
#pragma once

#include "experiment/snapshot.hpp"
#include "gui/app_state.hpp"

namespace feedloop {

float variants_table_height(int variants);
// Returns the variant under the pointer, or -1. A click on a row hides it from the plots, or shows it again.
int draw_variants_table(AppState& state, const Snapshot* snapshot, const Rect& box);

}  // namespace feedloop
