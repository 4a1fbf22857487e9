// The truth on the screen: hidden until the person asks, worked out then from twin worlds, drawn in its own colour. Whoever
// shows a true value asks here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gui/app_state.hpp"
#include "gui/commands.hpp"

namespace feedloop {

// Of the experiment shown, while the truth is shown and known: from the run itself when it was asked for it, else from the
// twins. Null otherwise.
const ExperimentReport* true_experiment(const AppState& state);
struct TrueEffect {
  double effect = kNoValue, se = kNoValue, lift = kNoValue;  // lift: over control's value in the experiment
  Interval lift_ci;                                          // of the lift, for other users like these
};
std::string truth_text(const TrueEffect& truth);  // "+4.9% [+4.1, +5.7]"
inline constexpr std::string_view kTruthIs =      // what the number and its interval are
    "Exact for these users and this seed, each of them in both worlds; the interval is for other users like them, from the "
    "differences within users, and leaves out what another seed would change";
std::optional<TrueEffect> true_effect(const AppState& state, std::string_view variant, std::string_view metric);

bool truth_known(const AppState& state);  // shown or not
bool twins_running(const AppState& state);
std::string twins_cost_text(const AppState& state);      // "about as long as 3 runs of the experiment"
std::string twins_progress_text(const AppState& state);  // "Warm-up, 12 % of the twin worlds done"

// The truth's row above a screen: progress and cancel, or what went wrong. Height 0 when there is nothing to say.
float truth_bar_height(const AppState& state);
void draw_truth_bar(AppState& state, const Rect& box);

void add_truth_commands(std::vector<Command>& table);

}  // namespace feedloop
