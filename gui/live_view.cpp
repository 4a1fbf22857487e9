#include "gui/live_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "gui/effects_panel.hpp"
#include "gui/format.hpp"
#include "gui/health_panel.hpp"
#include "gui/history.hpp"
#include "gui/plot.hpp"
#include "gui/truth.hpp"
#include "gui/variants_table.hpp"

namespace feedloop {
namespace {

// A curve of the newest snapshot up to the moment shown.
struct Curve {
  std::span<const float> x, y, low, high;
};

Curve curve_of(const AppState& state, std::string_view variant, std::string_view metric) {
  const Snapshot* newest = state.run.snapshot.get();
  const ExperimentReport* experiment = shown_experiment(state, newest);
  if (experiment == nullptr) return {};
  for (const LiveSeries& s : newest->live) {
    if (s.layer != experiment->layer || s.variant != variant || s.metric != metric) continue;
    const float until = static_cast<float>(shown_day(state, newest)) + 1e-4F;
    const auto n = static_cast<std::size_t>(std::ranges::upper_bound(s.day, until) - s.day.begin());
    const auto part = [&](const std::vector<float>& v) { return std::span(v).first(std::min(n, v.size())); };
    return {part(s.day), part(s.value), part(s.low), part(s.high)};
  }
  return {};
}

// What draws one variant's line on every plot of the screen.
PlotLine line_of(const AppState& state, const ExperimentReport& experiment, int variant, const Curve& curve) {
  return {.id = std::string(1, variant_letter(variant)),
          .name = experiment.variants[static_cast<std::size_t>(variant)].name,
          .letter = variant_letter(variant),
          .color = variant_color(variant),
          .alpha = state.hovered >= 0 && state.hovered != variant ? 0.3 : 1.0,
          // More than two overlapping bands are mud: control's and one treatment's.
          .band = variant == 0 || variant == state.focus,
          .x = curve.x,
          .y = curve.y,
          .low = curve.low,
          .high = curve.high};
}

std::vector<PlotMark> look_marks(const AppState& state) {
  std::vector<PlotMark> marks;
  for (const LookSeen& look : looks_seen(state)) marks.push_back({look.day, look.stopped_early});
  return marks;
}

// A plot over the experiment's days, a line a variant.
void draw_over_days(AppState& state, const Snapshot* snapshot, const Rect& box, PlotSpec spec, std::string_view metric) {
  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  spec.x_high = days_of(state, snapshot);
  spec.ghost = waiting_text(state);
  spec.link = &state.day_plots;
  spec.menu = &state.plot_menu;
  Plot plot(std::move(spec), box);
  const int count = experiment == nullptr ? 0 : static_cast<int>(experiment->variants.size());
  for (int i = 0; i < count; ++i) {
    const Curve curve = curve_of(state, experiment->variants[static_cast<std::size_t>(i)].name, metric);
    if (variant_hidden(state, i) || curve.x.empty()) continue;
    PlotLine line = line_of(state, *experiment, i, curve);
    if (curve.low.empty()) line.band = false;
    plot.line(std::move(line));
  }
  plot.end();
}

void draw_ctr(AppState& state, const Snapshot* snapshot, const Rect& box) {
  PlotSpec spec{.path = "live/ctr", .title = "Click-through rate", .subtitle = "cumulative since day 0, 95% interval"};
  if (snapshot != nullptr && primary_metric(*snapshot) != nullptr) {
    spec.metric = *primary_metric(*snapshot);
    spec.title = spec.metric.title;
    spec.subtitle = fmt::format("cumulative since day 0, 95% interval of A and {}", variant_letter(state.focus));
  }
  draw_over_days(state, snapshot, box, std::move(spec), "ctr");
}

void draw_gini(AppState& state, const Snapshot* snapshot, const Rect& box) {
  draw_over_days(state, snapshot, box,
                 {.path = "live/gini",
                  .title = "Inequality of exposure (Gini)",
                  .subtitle = "0: every item is shown alike, 1: one item gets all",
                  .metric = printed_in("", 1, 3)},
                 "exposure_gini");
}

void draw_lift_curve(AppState& state, const Snapshot* snapshot, const Rect& box) {
  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  PlotSpec spec{.path = "live/lift",
                .title = "Lift over A",
                .subtitle = "narrow: interval of one look; wide: of all looks at once",
                .metric = printed_in("%", 100, 1),
                .x_high = days_of(state, snapshot),
                .ghost = waiting_text(state),
                .link = &state.day_plots,
                .menu = &state.plot_menu,
                .lift = true,
                .marks = look_marks(state)};
  const int focus = state.focus, count = experiment == nullptr ? 0 : static_cast<int>(experiment->variants.size());
  if (focus < 1 || focus >= count || variant_hidden(state, focus)) {
    Plot(std::move(spec), box).end();
    return;
  }
  const std::string& name = experiment->variants[static_cast<std::size_t>(focus)].name;
  spec.title = fmt::format("Lift of {} {} over A", variant_letter(focus), name);
  const EffectReport* effect = effect_of(*experiment, name, primary_metric(*snapshot)->name);
  const bool trusted = effect == nullptr || effect->verdict != "do not trust";
  if (!trusted) spec.ghost = "Not shown: sample ratio mismatch";
  if (trusted && snapshot->experiment_day > 0) spec.ghost = "Not enough data yet";
  Plot plot(std::move(spec), box);
  if (trusted) {
    const Curve wide = curve_of(state, name, "ctr_lift_sequence"), narrow = curve_of(state, name, "ctr_lift");
    if (!wide.x.empty()) {
      plot.line({.id = "sequence",
                 .name = "confidence sequence",
                 .color = variant_color(focus),
                 .band = true,
                 .band_alpha = 0.10,
                 .curve = false,
                 .x = wide.x,
                 .y = wide.y,
                 .low = wide.low,
                 .high = wide.high});
    }
    if (!narrow.x.empty()) {
      plot.line(line_of(state, *experiment, focus, narrow));
      plot.hline(0, "");
    }
  }
  const auto truth = true_effect(state, name, primary_metric(*snapshot)->name);
  if (truth && std::isfinite(truth->lift)) plot.truth_line(truth->lift, truth->lift_ci, "truth " + truth_text(*truth));
  plot.end();
}

void draw_retention(AppState& state, const Snapshot* snapshot, const Rect& box) {
  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  std::vector<std::vector<float>> kept;  // the report keeps doubles
  // Without the day of entry, when everybody is active: it would leave no room for what differs.
  const auto floats = [&](const RetentionCurve& r, const std::vector<double>& v) -> std::span<const float> {
    const bool entry = r.day.front() == 0;
    return kept.emplace_back(v.begin() + (entry ? 1 : 0), v.end());
  };
  PlotSpec spec{.path = "live/retention",
                .title = "Retention",
                .subtitle = "share active n days later, while 3/4 are followed",
                .metric = printed_in("%", 100, 1),
                .x_high = days_of(state, snapshot),
                .ghost = snapshot != nullptr && snapshot->experiment_day > 0 && !kept_for_the_end(state)
                             ? "Nobody has been followed for a day yet"
                             : waiting_text(state),
                .menu = &state.plot_menu};
  if (experiment != nullptr && !experiment->retention.empty()) {
    spec.x_high = 4;  // fewer days would be labelled in parts of days
    for (const RetentionCurve& r : experiment->retention)
      if (!r.day.empty()) spec.x_high = std::max(spec.x_high, r.day.back());
  }
  kept.reserve(experiment == nullptr ? 0 : 4 * experiment->retention.size());
  Plot plot(std::move(spec), box);
  for (std::size_t i = 0; experiment != nullptr && i < experiment->retention.size(); ++i) {
    const RetentionCurve& r = experiment->retention[i];
    const auto found = std::ranges::find(experiment->variants, r.variant, &VariantReport::name);
    const int variant = static_cast<int>(found - experiment->variants.begin());
    if (found == experiment->variants.end() || variant_hidden(state, variant) || r.day.empty()) continue;
    plot.line(
        line_of(state, *experiment, variant, {floats(r, r.day), floats(r, r.value), floats(r, r.low), floats(r, r.high)}));
  }
  plot.end();
}

// Two by two where there is room, else the two that decide.
void draw_curves(AppState& state, const Snapshot* snapshot, Rect rest) {
  const float gap = px(10);
  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  const double letters = 14.0 * (experiment == nullptr ? 0 : static_cast<double>(experiment->variants.size()));
  const bool two_rows = rest.height() >= 2 * px(98 + std::max(56.0, letters)) + gap;
  Rect top = two_rows ? rest.cut_top(std::round((rest.height() - gap) / 2)) : rest;
  const Rect ctr = top.cut_left(std::round((top.width() - gap) / 2));
  top.cut_left(gap);
  draw_ctr(state, snapshot, ctr);
  draw_lift_curve(state, snapshot, top);
  if (!two_rows) return;
  rest.cut_top(gap);
  const Rect retention = rest.cut_left(ctr.width());
  rest.cut_left(gap);
  draw_retention(state, snapshot, retention);
  draw_gini(state, snapshot, rest);
}

}  // namespace

const ExperimentReport* shown_experiment(const AppState& state, const Snapshot* snapshot) {
  if (snapshot == nullptr || snapshot->experiments.empty()) return nullptr;
  return &snapshot->experiments[std::min(state.experiment, snapshot->experiments.size() - 1)];
}

double days_of(const AppState& state, const Snapshot* snapshot) {
  return std::max(snapshot != nullptr ? snapshot->days : state.days, 1);
}

const MetricInfo* primary_metric(const Snapshot& snapshot) {
  if (snapshot.metrics.empty()) return nullptr;
  const auto ctr = std::ranges::find(snapshot.metrics, "ctr", &MetricInfo::name);
  return ctr != snapshot.metrics.end() ? &*ctr : &snapshot.metrics.front();
}

const MetricValue* metric_of(const VariantReport& variant, std::string_view metric) {
  const auto found = std::ranges::find(variant.metrics, metric, &MetricValue::name);
  return found != variant.metrics.end() ? &*found : nullptr;
}

const EffectReport* effect_of(const ExperimentReport& experiment, std::string_view variant, std::string_view metric) {
  for (const EffectReport& e : experiment.effects) {
    if (e.variant == variant && e.metric == metric) return &e;
  }
  return nullptr;
}

bool variant_hidden(const AppState& state, int variant) {
  const auto i = static_cast<std::size_t>(variant);
  return i < state.hidden.size() && state.hidden[i];
}

bool kept_for_the_end(const AppState& state) { return state.work.opened && state.review.has_value(); }

std::string waiting_text(const AppState& state) {
  const RunState& run = state.run;
  if (kept_for_the_end(state)) return "An archive keeps this for the end of its run alone: press End";
  switch (run.status) {
    case RunStatus::Idle:
      return run.playing ? "Starting…" : "No events yet. Press Space to start";
    case RunStatus::Failed:
      return "The run failed before the first result";
    case RunStatus::Stopped:
      return "Stopped before the first result";
    case RunStatus::Finished:
      return run.snapshot == nullptr ? "The run finished without results" : "Not kept with this run";
    case RunStatus::Running:
    case RunStatus::Paused:
      break;
  }
  if (run.progress.stage == RunStage::Preparing) return "Preparing the world";
  if (run.progress.stage == RunStage::WarmUp) {
    const int days = run.snapshot != nullptr ? run.snapshot->warmup_days : state.warmup_days;
    return fmt::format("Warming up: day {} of {}; the experiment then starts at day 0", fixed_text(run.progress.day, 1), days);
  }
  return "No events yet";
}

void LiveView::draw(AppState& state, const Snapshot* snapshot, const Rect& area) {
  const float gap = px(10);
  Rect rest = area;
  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  const int variants = experiment == nullptr ? 2 : static_cast<int>(experiment->variants.size());
  if (experiment != nullptr && (state.focus < 1 || state.focus >= variants)) state.focus = std::min(1, variants - 1);

  const Rect health = rest.cut_right(std::clamp(std::round(area.width() * 0.22F), px(250), px(330)));
  rest.cut_right(gap);
  const Rect table = rest.cut_top(std::min(variants_table_height(variants), std::round(rest.height() * 0.5F)));
  rest.cut_top(gap);
  const int hovered = draw_variants_table(state, snapshot, table);
  if (state.live.all_metrics) {
    const Rect effects = rest.cut_right(std::round(rest.width() * 0.42F));
    rest.cut_right(gap);
    draw_ctr(state, snapshot, rest);
    draw_effects_panel(state, snapshot, effects);
  } else {
    draw_curves(state, snapshot, rest);
  }
  draw_health_panel(state, snapshot, health);
  state.hovered = hovered;
  if (hovered > 0) state.focus = hovered;
}

}  // namespace feedloop
