#include "gui/truth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiment/bubble/twins.hpp"
#include "gui/format.hpp"

namespace feedloop {
namespace {

struct Known {
  const Report* report = nullptr;
  const ExperimentReport* experiment = nullptr;
};

Known with_truth(const Report* report, std::size_t experiment) {
  if (report == nullptr || report->experiments.empty()) return {};
  const ExperimentReport& e = report->experiments[std::min(experiment, report->experiments.size() - 1)];
  return e.truth.empty() ? Known{} : Known{report, &e};
}

Known known(const AppState& state) {
  const Known own = with_truth(state.run.report.get(), state.experiment);
  return own.report != nullptr ? own : with_truth(state.truth.twins.report.get(), state.experiment);
}

void toggle(AppState& state) {
  state.truth.shown = !state.truth.shown;
  if (state.truth.shown && !truth_known(state) && !twins_running(state)) ask(state, {RunRequest::Kind::Twins});
}

}  // namespace

const ExperimentReport* true_experiment(const AppState& state) { return state.truth.shown ? known(state).experiment : nullptr; }

std::optional<TrueEffect> true_effect(const AppState& state, std::string_view variant, std::string_view metric) {
  const auto [report, experiment] = known(state);
  if (!state.truth.shown || report == nullptr) return std::nullopt;
  for (const TruthReport& t : experiment->truth)
    if (t.variant == variant && t.metric == metric)
      return TrueEffect{t.effect, t.se, true_lift(*experiment, t), true_lift_ci(*experiment, t, report->confidence)};
  return std::nullopt;
}

std::string truth_text(const TrueEffect& truth) {
  const bool known = std::isfinite(truth.lift_ci.low) && std::isfinite(truth.lift_ci.high);
  return known ? fmt::format("{} {}", lift_text(truth.lift), lift_interval_text(truth.lift_ci)) : lift_text(truth.lift);
}

bool truth_known(const AppState& state) { return known(state).report != nullptr; }
bool twins_running(const AppState& state) { return state.truth.twins.status == RunStatus::Running; }

std::string twins_cost_text(const AppState& state) {
  const int worlds = state.truth.twins.worlds;
  return worlds > 0 ? fmt::format("about as long as {} runs of the experiment", worlds) : "several runs of the experiment";
}

std::string twins_progress_text(const AppState& state) {
  const Progress& p = state.truth.twins.progress;
  const std::string label = p.label.empty() ? "preparing" : p.label;
  return fmt::format("{:.0f}% of {} worlds, now {}", 100 * std::clamp(p.done, 0.0, 1.0), state.truth.twins.worlds, label);
}

float truth_bar_height(const AppState& state) {
  if (!state.truth.shown || truth_known(state)) return 0;
  const RunStatus status = state.truth.twins.status;
  return status == RunStatus::Running || status == RunStatus::Failed || status == RunStatus::Stopped ? px(36) : 0;
}

void draw_truth_bar(AppState& state, const Rect& box) {
  if (box.height() <= 0) return;
  const TwinState& twins = state.truth.twins;
  const bool failed = twins.status == RunStatus::Failed;
  ui::panel("truth", box, "");
  Rect rest = box.inset(px(14), px(5));
  const Command& c = command(twins.status == RunStatus::Running ? "cancel_twins" : "run_twins");
  const ui::ButtonSpec spec{.label = c.title, .tooltip = tooltip(c, state)};
  if (ui::button("truth/button", rest.cut_right(ui::button_width(spec)), spec)) invoke(c, state);
  rest.cut_right(px(12));
  if (twins.status == RunStatus::Running) {
    const Rect bar = rest.cut_left(std::round(rest.width() * 0.25F)).inset(0, px(10));
    const auto done = static_cast<float>(std::clamp(twins.progress.done, 0.0, 1.0));
    paint::fill(bar, colors::kLine, px(3));
    paint::fill({bar.x0, bar.y0, bar.x0 + bar.width() * done, bar.y1}, colors::kTruth, px(3));
    ui::mark("truth/done", ui::Kind::Mark, bar, fmt::format("{:.0f}%", 100 * done));
    rest.cut_left(px(12));
  }
  const std::string text = twins.status == RunStatus::Running ? "Working out the truth: " + twins_progress_text(state)
                           : failed                           ? "The twin worlds failed: " + twins.error
                                    : "The twin worlds were cancelled; they take " + twins_cost_text(state);
  if (failed) {
    const Rect icon = rest.cut_left(px(22));
    paint::glyph(paint::Glyph::Alert, {icon.x0 + px(7), icon.center().y}, px(13), colors::kAlert);
  }
  ui::text("truth/text", rest, text, {.color = colors::kSecondary}, failed ? twins.error : "");
}

void add_truth_commands(std::vector<Command>& table) {
  table.push_back({"truth", "Show truth", "Show or hide the truth, worked out first", {'T'}, {}, toggle});
  table.push_back({"run_twins",
                   "Run the twin worlds",
                   "Run worlds of one variant each, beside the run",
                   {'T', false, true},
                   [](const AppState& s) {
                     return std::string(twins_running(s)                              ? "They are running."
                                        : s.truth.twins.status == RunStatus::Finished ? "They have run."
                                                                                      : "");
                   },
                   [](AppState& s) { ask(s, {RunRequest::Kind::Twins}); }});
  table.push_back({"cancel_twins",
                   "Cancel",
                   "Cancel the twin worlds",
                   {keys::kEscape, false, true},
                   [](const AppState& s) { return std::string(twins_running(s) ? "" : "They are not running."); },
                   [](AppState& s) { ask(s, {RunRequest::Kind::CancelTwins}); }});
}

}  // namespace feedloop
