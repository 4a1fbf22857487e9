// Find any command by its name: type a part of it, choose with Up and Down, Enter carries it out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gui/commands.hpp"

namespace feedloop {

// Those whose title or help holds every word of `text`, whatever the case; enabled ones first, else in the table's order.
std::vector<const Command*> matching_commands(const AppState& state, std::string_view text);

void draw_palette(AppState& state, const Rect& screen);  // above everything, when it is open
void palette_key(AppState& state, const KeyPress& key);  // Up, Down, Enter, Esc; the field takes all others
void open_palette(AppState& state);

}  // namespace feedloop
