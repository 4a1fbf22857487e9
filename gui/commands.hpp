// One table of everything a person can do: buttons, keys, tooltips and the help page all read it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gui/app_state.hpp"

namespace feedloop {

struct Command {
  std::string id, title, help;
  KeyPress key;
  std::function<std::string(const AppState&)> blocked;  // why it is disabled now; empty when enabled
  std::function<void(AppState&)> run;
  std::string family = {};       // commands that differ by a letter alone share a line of the help page, which says this
  std::string_view screen = {};  // works on the screen of this id alone, where its key is its own; empty: everywhere

  std::string why_not(const AppState& state) const;  // it is disabled now; empty when enabled
  bool enabled(const AppState& state) const { return why_not(state).empty(); }
};

const std::vector<Command>& commands();
const Command& command(std::string_view id);  // requires that it exists

std::string key_text(const KeyPress& key);  // "Ctrl+=", "Space"
// "Help. Reason when disabled.   Key"
std::string tooltip(const Command& command, const AppState& state);
void invoke(const Command& command, AppState& state);  // does nothing when disabled
// Runs the enabled commands whose keys were pressed, in the order pressed, and empties the queue.
void dispatch_keys(AppState& state);

// Asks the run for something, and shows it in `run` at once so that a second press in the same frame sees the first.
void ask(AppState& state, RunRequest request);

}  // namespace feedloop
