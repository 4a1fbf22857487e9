#include "gui/live_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gui/effects_panel.hpp"
#include "gui/format.hpp"
#include "gui/health_panel.hpp"
#include "gui/plot.hpp"
#include "gui/variants_table.hpp"

namespace feedloop {
namespace {

const LiveSeries* series_of(const Snapshot& snapshot, std::string_view variant, std::string_view metric) {
  for (const LiveSeries& s : snapshot.live) {
    if (s.variant == variant && s.metric == metric) return &s;
  }
  return nullptr;
}

void draw_ctr(const AppState& state, const Snapshot* snapshot, const Rect& box) {
  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  PlotSpec spec{.path = "live/ctr",
                .title = "Click-through rate",
                .subtitle = "cumulative since day 0, 95% interval",
                .metric = {},
                .x_low = 0,
                .x_high = 1,
                .ghost = waiting_text(state)};
  spec.x_high = std::max(snapshot != nullptr ? snapshot->days : state.days, 1);
  if (snapshot != nullptr && primary_metric(*snapshot) != nullptr) {
    spec.metric = *primary_metric(*snapshot);
    spec.title = spec.metric.title;
  }
  const std::string metric = spec.metric.name;
  const bool other_layer = experiment != nullptr && state.experiment > 0;
  if (other_layer) spec.ghost = "Hourly curves are kept for the first experiment only";
  const int count = experiment == nullptr || other_layer ? 0 : static_cast<int>(experiment->variants.size());
  if (count > 1 && state.focus < count) {
    spec.subtitle = fmt::format("cumulative since day 0, 95% interval of A and {}", variant_letter(state.focus));
  }
  Plot plot(std::move(spec), box);
  for (int i = 0; i < count; ++i) {
    const std::string& name = experiment->variants[static_cast<std::size_t>(i)].name;
    const LiveSeries* s = variant_hidden(state, i) ? nullptr : series_of(*snapshot, name, metric);
    if (s == nullptr) continue;
    const bool dimmed = state.hovered >= 0 && state.hovered != i;
    // More than two overlapping bands are mud: control's and one treatment's.
    plot.line({.id = std::string(1, variant_letter(i)),
               .name = name,
               .letter = variant_letter(i),
               .color = variant_color(i),
               .alpha = dimmed ? 0.3 : 1.0,
               .band = i == 0 || i == state.focus,
               .x = s->day,
               .y = s->value,
               .low = s->low,
               .high = s->high});
  }
  plot.end();
}

}  // namespace

const ExperimentReport* shown_experiment(const AppState& state, const Snapshot* snapshot) {
  if (snapshot == nullptr || snapshot->experiments.empty()) return nullptr;
  return &snapshot->experiments[std::min(state.experiment, snapshot->experiments.size() - 1)];
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

std::string waiting_text(const AppState& state) {
  const RunState& run = state.run;
  switch (run.status) {
    case RunStatus::Idle:
      return run.playing ? "Starting…" : "No events yet. Press Space to start";
    case RunStatus::Failed:
      return "The run failed before the first result";
    case RunStatus::Stopped:
      return "Stopped before the first result";
    case RunStatus::Finished:
      return "The run finished without results";
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
  const Rect effects = rest.cut_right(std::round(rest.width() * 0.42F));
  rest.cut_right(gap);

  const int hovered = draw_variants_table(state, snapshot, table);
  draw_ctr(state, snapshot, rest);
  draw_effects_panel(state, snapshot, effects);
  draw_health_panel(state, snapshot, health);
  state.hovered = hovered;
  if (hovered > 0) state.focus = hovered;
}

}  // namespace feedloop
