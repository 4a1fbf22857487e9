#include "gui/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "gui/bubble_view.hpp"
#include "gui/history.hpp"
#include "gui/lab_commands.hpp"
#include "gui/palette.hpp"
#include "gui/setup_view.hpp"
#include "gui/tour.hpp"
#include "gui/truth.hpp"
#include "gui/views.hpp"

namespace feedloop {
namespace {

using Kind = RunRequest::Kind;

bool alive(const AppState& s) { return s.run.status == RunStatus::Running || s.run.status == RunStatus::Paused; }
bool has_data(const AppState& s) { return s.run.status != RunStatus::Idle; }

std::string play_blocked(const AppState& s) {
  return alive(s) || s.run.status == RunStatus::Idle ? "" : "The run has ended; reset it first.";
}

std::string step_blocked(const AppState& s) {
  if (s.run.status == RunStatus::Paused && !s.run.playing) return "";
  return alive(s) ? "Pause first." : "Works while paused.";
}

bool loading(const AppState& s) {
  const RunStage stage = s.run.progress.stage;
  return alive(s) && (stage == RunStage::Preparing || stage == RunStage::WarmUp);
}

void toggle_play(AppState& s) { ask(s, {s.run.playing ? Kind::Pause : Kind::Play}); }

void scale_speed(AppState& s, double factor) {
  const double now = s.run.speed <= 0 ? kFastest * 2 : s.run.speed;
  const double next = std::max(now * factor, kSlowest);
  ask(s, {Kind::Speed, next > kFastest ? 0 : next});
}

void reset(AppState& s) {
  if (has_data(s) && !s.confirm_reset) {
    s.confirm_reset = true;
    return;
  }
  s.confirm_reset = false;
  s.review.reset();
  s.looks_taken.clear();
  s.day_plots.fit();
  ask(s, {Kind::Reset});
}

std::string close_blocked(const AppState& s) {
  return s.exporting.open || s.help || s.plot_menu.open || s.confirm_reset || s.review || !s.work.notice.empty() ||
                 loading(s) || touring(s)
             ? ""
             : "Nothing to close.";
}

std::string review_blocked(const AppState& s) { return s.run.days.empty() ? "No day of the experiment is over yet." : ""; }

void close(AppState& s) {
  if (s.help)
    s.help = false;
  else if (s.plot_menu.open)
    s.plot_menu.close();
  else if (s.exporting.open)
    s.exporting.open = false;
  else if (s.confirm_reset)
    s.confirm_reset = false;
  else if (!s.work.notice.empty())
    ask(s, {Kind::Dismiss});
  else if (s.review)
    s.review.reset();
  else if (loading(s))
    ask(s, {Kind::Stop});
  else
    skip_tour(s);
}

int variants_shown(const AppState& s) {
  if (s.run.snapshot == nullptr || s.experiment >= s.run.snapshot->experiments.size()) return 0;
  return static_cast<int>(s.run.snapshot->experiments[s.experiment].variants.size());
}

// Whether control and variant i are all that is shown.
bool isolated(const AppState& s, int i) {
  for (int v = 0; v < variants_shown(s); ++v) {
    const bool hidden = static_cast<std::size_t>(v) < s.hidden.size() && s.hidden[static_cast<std::size_t>(v)];
    if (hidden != (v != 0 && v != i)) return false;
  }
  return variants_shown(s) > 2;
}

void add_history_commands(std::vector<Command>& table) {
  const auto move = [](double hours) { return [hours](AppState& s) { scrub(s, hours); }; };
  table.push_back({"back_hour", "Back 1 h", "Go back one hour in this run's history", {keys::kLeft}, review_blocked, move(-1)});
  table.push_back({"on_hour", "On 1 h", "Go on one hour in this run's history", {keys::kRight}, review_blocked, move(1)});
  table.push_back({"back_day",
                   "Back a day",
                   "Go back one day in this run's history",
                   {keys::kLeft, false, true},
                   review_blocked,
                   move(-24)});
  table.push_back(
      {"on_day", "On a day", "Go on one day in this run's history", {keys::kRight, false, true}, review_blocked, move(24)});
  table.push_back({"first_day", "First day", "Review the end of the first day", {keys::kHome}, review_blocked, [](AppState& s) {
                     scrub_to(s, s.run.days.front()->experiment_day);
                   }});
  table.push_back(
      {"last_day", "Back to live", "Follow the newest results again", {keys::kEnd}, {}, [](AppState& s) { s.review.reset(); }});
  table.push_back({"look",
                   "Take a look",
                   "Read the test now, beside the daily looks",
                   {'P'},
                   [](const AppState& s) {
                     return std::string(s.run.snapshot != nullptr && s.run.snapshot->experiment_day > 0 ? ""
                                                                                                        : "No results yet.");
                   },
                   take_look});
  table.push_back({"fit", "Fit plots", "Show all days in every plot", {'F'}, {}, [](AppState& s) { s.day_plots.fit(); }});
}

void add_live_commands(std::vector<Command>& table) {
  table.push_back(
      {"all_metrics", "All metrics", "Show the effect on every metric, or the curves again", {'E'}, {}, [](AppState& s) {
         s.live.all_metrics = !s.live.all_metrics;
       }});
}

void add_variant_commands(std::vector<Command>& table) {
  const auto missing = [](int i) {
    return [i](const AppState& s) { return std::string(i < variants_shown(s) ? "" : "There is no such variant."); };
  };
  for (int i = 0; i < kVariantColors; ++i) {
    const char letter = variant_letter(i);
    table.push_back({fmt::format("toggle_{}", letter),
                     fmt::format("Show or hide {}", letter),
                     fmt::format("Show or hide variant {} in the plots", letter),
                     {letter, false, false, true},
                     missing(i),
                     [i](AppState& s) {
                       s.hidden.resize(std::max(s.hidden.size(), static_cast<std::size_t>(i) + 1), false);
                       s.hidden[static_cast<std::size_t>(i)] = !s.hidden[static_cast<std::size_t>(i)];
                     },
                     "Show or hide a variant in the plots"});
  }
  for (int i = 1; i < kVariantColors; ++i) {
    const char letter = variant_letter(i);
    table.push_back({fmt::format("focus_{}", letter),
                     fmt::format("Only {}", letter),
                     fmt::format("Show only variant {} and control; again: all", letter),
                     {letter, false, true, true},
                     missing(i),
                     [i](AppState& s) {
                       s.focus = i;
                       const bool alone = isolated(s, i);
                       s.hidden.assign(static_cast<std::size_t>(variants_shown(s)), !alone);
                       s.hidden[0] = s.hidden[static_cast<std::size_t>(i)] = false;
                     },
                     "Show one variant and control; again: all"});
  }
}

void add_view_commands(std::vector<Command>& table) {
  for (std::size_t i = 0; i < views().size(); ++i) {
    table.push_back({fmt::format("view_{}", views()[i].id),
                     std::string(views()[i].title),
                     std::string(views()[i].question),
                     {static_cast<int>('1' + i)},
                     {},
                     [i](AppState& s) { s.view = i; }});
  }
}

std::string start_blocked(const AppState& s) {
  if (s.work.chosen == nullptr) return "Choose a scenario first.";
  return s.work.refusal.empty() ? ""
                                : fmt::format("{} has a value that is not allowed; correct or undo it.", s.work.refused_key);
}

void add_export_command(std::vector<Command>& table) {
  table.push_back({"export",
                   "Export…",
                   "Write results or a chart to a file",
                   {'E', true},
                   [](const AppState& s) { return std::string(s.run.snapshot == nullptr ? "There are no results yet." : ""); },
                   [](AppState& s) {
                     s.exporting.open = true;
                     s.exporting.path.clear();
                     s.exporting.error.clear();
                     s.exporting.done.clear();
                   }});
}

void add_setup_commands(std::vector<Command>& table) {
  table.push_back(
      {"start", "Start", "Start the chosen scenario from the beginning", {keys::kEnter}, start_blocked, start_chosen});
  table.push_back(
      {"next_scenario", "Next scenario", "Choose the next scenario on the list", {keys::kDown}, {}, [](AppState& s) {
         choose_next(s, 1);
       }});
  table.push_back(
      {"previous_scenario", "Previous scenario", "Choose the scenario before on the list", {keys::kUp}, {}, [](AppState& s) {
         choose_next(s, -1);
       }});
}

void add_run_commands(std::vector<Command>& table) {
  table.push_back(
      {"find", "Find a parameter", "Type what a parameter is called or does; Tab goes on", {'F', true}, {}, [](AppState& s) {
         s.view = view_index("setup");
         s.setup.focus_filter = true;
       }});
  table.push_back({"compare", "Compare", "Compare this run with others on the Runs screen", {'C'}, {}, [](AppState& s) {
                     s.view = view_index("runs");
                     const auto& pins = s.runs.pinned;
                     const bool kept = s.run.report != nullptr && !s.work.archive.empty();
                     if (kept && pins.size() < kMostPinned && std::ranges::find(pins, s.work.archive) == pins.end())
                       s.runs.pinned.push_back(s.work.archive);
                   }});
  table.push_back({"save",
                   "Save run",
                   "Say where this run is kept: that happens as it goes",
                   {'S', true},
                   [](const AppState& s) { return std::string(s.run.status == RunStatus::Idle ? "Nothing has run yet." : ""); },
                   [](AppState& s) { ask(s, {Kind::Save}); }});
}

// Adds commands that work on one screen alone.
void add_on(std::string_view screen, std::vector<Command>& table, void (*add)(std::vector<Command>&)) {
  const std::size_t before = table.size();
  add(table);
  for (std::size_t i = before; i < table.size(); ++i) table[i].screen = screen;
}

std::vector<Command> make_commands() {
  std::vector<Command> table{
      {"play", "Play or pause", "Play or pause the simulation", {keys::kSpace}, play_blocked, toggle_play},
      {"step",
       "Step",
       "Run on by one simulated hour",
       {keys::kPeriod},
       step_blocked,
       [](AppState& s) {
         ask(s, {Kind::Step, 1});
       }},
      {"day",
       "+1 day",
       "Run on by one simulated day",
       {keys::kPeriod, false, true},
       step_blocked,
       [](AppState& s) {
         ask(s, {Kind::Step, 24});
       }},
      {"reset",
       "Reset",
       "Forget this run and go back to the start",
       {'R'},
       [](const AppState& s) { return std::string(has_data(s) ? "" : "Nothing has run yet."); },
       reset},
      {"slower", "Slower", "Halve the speed", {keys::kLeftBracket}, {}, [](AppState& s) { scale_speed(s, 0.5); }},
      {"faster",
       "Faster",
       "Double the speed, up to as fast as possible",
       {keys::kRightBracket},
       {},
       [](AppState& s) { scale_speed(s, 2); }},
      {"close", "Close or cancel", "Close what is on top, or cancel the warm-up", {keys::kEscape}, close_blocked, close},
      {"help", "Help", "Show or hide all commands", {keys::kF1}, {}, [](AppState& s) { s.help = !s.help; }},
      {"palette", "Find a command", "Find any command by its name", {'K', true}, {}, open_palette},
      {"theme", "Light or dark", "Light or dark colours", {'L'}, {}, [](AppState& s) { s.light = !s.light; }},
      {"dashes",
       "Dashed lines",
       "Tell variants' lines apart by dashes too, or by colour and letter alone",
       {'D'},
       {},
       [](AppState& s) { s.dashes = !s.dashes; }},
      {"zoom_in",
       "Larger",
       "Make everything larger",
       {keys::kEqual, true},
       {},
       [](AppState& s) { s.zoom = std::min(s.zoom * 1.1, 3.0); }},
      {"zoom_out",
       "Smaller",
       "Make everything smaller",
       {keys::kMinus, true},
       {},
       [](AppState& s) { s.zoom = std::max(s.zoom / 1.1, 0.5); }},
      {"zoom_reset", "Normal size", "Back to the display's own size", {'0', true}, {}, [](AppState& s) { s.zoom = 1; }},
  };
  add_export_command(table);
  add_run_commands(table);
  add_history_commands(table);
  add_truth_commands(table);
  add_view_commands(table);
  add_variant_commands(table);
  add_on("setup", table, add_setup_commands);
  add_on("live", table, add_live_commands);
  add_on("stats", table, add_stats_commands);
  add_on("bubble", table, add_bubble_commands);
  add_on("funnel", table, add_funnel_commands);
  return table;
}

}  // namespace

void ask(AppState& state, RunRequest request) {
  switch (request.kind) {
    case Kind::Play:
      state.run.playing = true;
      break;
    case Kind::Pause:
      state.run.playing = false;
      break;
    case Kind::Speed:
      state.run.speed = request.value;
      break;
    default:
      break;
  }
  state.requests.push_back(std::move(request));
}

const std::vector<Command>& commands() {
  static const std::vector<Command> table = make_commands();
  return table;
}

const Command& command(std::string_view id) {
  const auto found = std::ranges::find(commands(), id, &Command::id);
  FEEDLOOP_CHECK(found != commands().end(), "no command of that id");
  return *found;
}

std::string key_text(const KeyPress& key) {
  std::string text;
  if (key.ctrl) text += "Ctrl+";
  if (key.alt) text += "Alt+";
  if (key.shift) text += "Shift+";
  switch (key.key) {
    case keys::kEscape:
      return text + "Esc";
    case keys::kF1:
      return text + "F1";
    case keys::kSpace:
      return text + "Space";
    case keys::kEnter:
      return text + "Enter";
    case keys::kLeft:
      return text + "Left";
    case keys::kRight:
      return text + "Right";
    case keys::kUp:
      return text + "Up";
    case keys::kDown:
      return text + "Down";
    case keys::kHome:
      return text + "Home";
    case keys::kEnd:
      return text + "End";
    default:
      return text + static_cast<char>(key.key);
  }
}

std::string tooltip(const Command& c, const AppState& state) {
  const std::string reason = c.why_not(state);
  return fmt::format("{}{}{}   {}", c.help, reason.empty() ? "" : ". ", reason, key_text(c.key));
}

void invoke(const Command& c, AppState& state) {
  if (!c.enabled(state)) return;
  c.run(state);
  ++state.invoked;
}

std::string Command::why_not(const AppState& state) const {
  if (!screen.empty() && views()[state.view].id != screen)
    return fmt::format("Open {} first.", views()[view_index(screen)].title);
  return blocked ? blocked(state) : std::string();
}

void dispatch_keys(AppState& state) {
  std::vector<KeyPress> pressed;
  pressed.swap(state.keys);
  for (KeyPress key : pressed) {
    if (state.palette.open) {
      palette_key(state, key);
      continue;
    }
    if (state.typing) continue;
    if (key == KeyPress{keys::kSlash, false, true}) key = {keys::kF1};
    const std::string_view screen = views()[state.view].id;
    const auto found = std::ranges::find_if(
        commands(), [&](const Command& c) { return c.key == key && (c.screen.empty() || c.screen == screen); });
    const bool dialog = state.exporting.open || state.plot_menu.open;  // what lies below does not react
    if (dialog && (found == commands().end() || found->id != "close")) continue;
    if (found != commands().end()) invoke(*found, state);
  }
}

}  // namespace feedloop
