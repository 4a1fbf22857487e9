// Everything the dashboard knows besides the snapshot: what the run is doing, what the person chose, what was pressed.
// Plain data; drawing is a function of it (app.hpp). What the person asks of the run leaves as `requests`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "gui/export_state.hpp"
#include "gui/lab_state.hpp"
#include "gui/plot.hpp"
#include "gui/runs_state.hpp"
#include "gui/session.hpp"
#include "gui/setup_state.hpp"
#include "gui/tour.hpp"
#include "gui/twin_worlds.hpp"
#include "gui/ui.hpp"
#include "gui/workspace.hpp"

namespace feedloop {

// One key press, as the window system reported it: a printable key is its upper-case ASCII code, others as in `keys`.
struct KeyPress {
  int key = 0;
  bool ctrl = false, shift = false, alt = false;
  friend constexpr bool operator==(const KeyPress&, const KeyPress&) = default;
};

namespace keys {  // the codes that GLFW uses; backend_glfw.cpp checks that
constexpr int kEscape = 256, kF1 = 290, kSpace = 32, kPeriod = 46, kSlash = 47, kEqual = 61, kMinus = 45;
constexpr int kEnter = 257, kBackspace = 259, kRight = 262, kLeft = 263, kDown = 264, kUp = 265, kHome = 268, kEnd = 269;
constexpr int kLeftBracket = 91, kRightBracket = 93;
}  // namespace keys

struct RunRequest {
  enum class Kind {
    Play,
    Pause,
    Step,
    Speed,
    Stop,
    Reset,
    Start,
    Choose,
    Set,
    Unset,
    Revert,
    Open,
    Dismiss,
    ListRuns,
    Delete,
    Replicate,
    CancelReplication,
    Save,
    Twins,
    CancelTwins
  } kind;
  double value = 0;  // Step: simulated hours; Speed: simulated hours per wall second, 0 = as fast as possible
  // Choose: a scenario's file; Set: "key=value" over it; Unset: a key; Open and Delete: an archive;
  // Replicate: the scenario of that archive, in `value` worlds. (Start begins the chosen scenario,
  // Revert forgets what was set, Dismiss takes a notice away, Save says where the run is kept.)
  std::string text = {};
};

constexpr double kSlowest = 1, kFastest = 10'000;  // of the speed slider, simulated hours per wall second; beyond: max

struct PaletteState {
  bool open = false, focus = false;  // focus: the field takes the keyboard in the next frame
  bool entered = false;              // the chosen line is carried out once the field has all that was typed
  std::string text = {};
  std::size_t selected = 0;
};

struct LiveState {
  bool all_metrics = false;  // the effects on every metric in place of three of the curves
};

// What is known of the worlds behind the run, and whether it is shown.
struct TruthState {
  bool shown = false;
  TwinState twins;  // copied once a frame
};

struct BubbleState {
  double day = -1;  // shown; negative: the last recorded
  bool replaying = false;
  bool trails = true, items = true, heat = false, difference = false;
  int user = -1;                // looked at: place in BubbleReport::users
  std::string user_typed = {};  // in the field of its number
  bool user_typing = false, user_unknown = false;
};

struct AppState {
  // Set by the program.
  std::string scenario, question;  // shown before the first snapshot, as are the next three
  std::uint64_t seed = 0;
  int warmup_days = 0, days = 1;
  RunState run;                // copied from the controller once a frame
  WorkState work;              // copied from the workspace once a frame
  std::vector<KeyPress> keys;  // since the last frame; draw() empties it
  bool typing = false;         // a field has the keyboard: keys are not commands
  std::int64_t invoked = 0;    // commands carried out so far
  bool fixed_dt = false;       // nothing on the screen may depend on wall time
  double tooltip_delay_s = 0.35;

  // Set by draw().
  std::vector<RunRequest> requests;  // for the controller; whoever applies them empties the list
  ui::Registry registry;             // of the last frame
  bool animating = false;            // the next frame is due soon, whatever happens
  bool quit = false;

  // Chosen by the person.
  std::size_t view = 0;                                      // index into views()
  std::size_t experiment = 0;                                // layer shown
  std::vector<bool> hidden;                                  // variants hidden from plots
  int focus = 1;                                             // treatment whose band and effects are shown
  int hovered = -1;                                          // variant under the pointer, in the frame before
  std::optional<double> review;                              // day of the experiment looked back at; none: the newest
  std::vector<std::shared_ptr<const Snapshot>> looks_taken;  // by the person, beside the daily ones
  PlotLink day_plots;                                        // of all plots over the experiment's days
  PlotMenu plot_menu;
  PaletteState palette;
  LiveState live;
  StatsState stats;
  RetentionState retention;
  FunnelState funnel;
  TruthState truth;
  BubbleState bubble;
  bool help = false, confirm_reset = false;
  SetupState setup;
  RunsState runs;
  ExportState exporting;
  TourState tour;
  bool light = false;   // colours for a bright room
  bool dashes = false;  // variants' lines differ in their strokes too
  double zoom = 1;      // of the interface, on top of the display's scale
};

}  // namespace feedloop
