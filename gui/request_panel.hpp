// The one-request inspector: a page that was really served, and the way of each of its items through the funnel.
#pragma once

#include "gui/app_state.hpp"

namespace feedloop {

// `cell`: whose pages are looked through unless one of another was chosen; those of all cells where it has none.
void draw_request_panel(AppState& state, const FunnelFacts* funnel, std::string_view cell, std::string_view empty,
                        const Rect& box);

// The page looked into: the one that was chosen, or the newest of the cell. Null while there is none.
std::shared_ptr<const TracedPage> inspected_page(const FunnelState& state, const FunnelFacts* funnel, std::string_view cell);
// Moves to the cell's page `steps` later among those kept; beyond the newest, the newest is followed again.
void step_page(FunnelState& state, const FunnelFacts* funnel, std::string_view cell, int steps);
// Moves to the newest kept page of the user whose number was typed; false where there is none, and then nothing moves.
bool find_user(FunnelState& state, const FunnelFacts* funnel);
// "Slot 1: nominated by two_tower (3rd) and trending (12th); 5th of 480 by value, 1st after mmr; shown with chance 0.83".
std::string why_sentence(const TracedPage& page, std::size_t slot);

}  // namespace feedloop
