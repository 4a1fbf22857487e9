#include "gui/effects_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/format.hpp"
#include "gui/live_view.hpp"
#include "gui/truth.hpp"

namespace feedloop {
namespace {

constexpr double kLeastRow = 38, kMostRow = 58, kAxis = 22;

struct Line {
  const MetricInfo* metric;
  const EffectReport* effect;
  std::optional<TrueEffect> truth;  // where it is known and shown
};

bool drawable(const EffectReport& e) {
  return std::isfinite(e.lift) && std::isfinite(e.lift_ci.low) && std::isfinite(e.lift_ci.high) &&
         e.verdict != "do not trust" && e.verdict != "not enough data";
}

// Every estimate is on the axis. One metric known only roughly must not shrink all others to dots, so an interval much wider
// than most may run off the axis; an arrow says so.
double axis_reach(const std::vector<Line>& lines) {
  std::vector<double> half;
  for (const Line& l : lines) {
    if (drawable(*l.effect)) half.push_back((l.effect->lift_ci.high - l.effect->lift_ci.low) / 2);
  }
  std::ranges::sort(half);
  const double typical = half.empty() ? 0 : half[half.size() / 2];
  double reach = 1e-4;
  for (const Line& l : lines) {
    if (l.truth) reach = std::max(reach, std::abs(l.truth->lift));
    const EffectReport& e = *l.effect;
    if (drawable(e)) reach = std::max(reach, std::abs(e.lift) + std::min((e.lift_ci.high - e.lift_ci.low) / 2, 3 * typical));
  }
  return reach * 1.1;
}

void draw_interval(const EffectReport& e, const Rect& track, double reach, Color ink) {
  const auto to_x = [&](double lift) {
    return track.center().x + static_cast<float>(std::clamp(lift / reach, -1.0, 1.0)) * track.width() / 2;
  };
  const float y = track.center().y, low = to_x(e.lift_ci.low), high = to_x(e.lift_ci.high);
  paint::fill({low, y - px(3), high, y + px(3)}, ink.fade(0.45), px(2));
  const float tip = px(4);
  if (e.lift_ci.low < -reach) paint::triangle({low - tip, y}, {low + tip, y - tip}, {low + tip, y + tip}, ink);
  if (e.lift_ci.high > reach) paint::triangle({high + tip, y}, {high - tip, y - tip}, {high - tip, y + tip}, ink);
  paint::disc({to_x(e.lift), y}, px(4), ink);
}

// A stroke across the axis, on which every true lift is, with its interval along it.
void draw_truth(const std::string& path, const TrueEffect& truth, const Rect& track, double reach) {
  const auto to_x = [&](double lift) {
    return track.center().x + static_cast<float>(std::clamp(lift / reach, -1.0, 1.0)) * track.width() / 2;
  };
  const float x = std::round(to_x(truth.lift)), y = track.center().y;
  const Rect stroke{x - px(1), track.y0, x + px(1), track.y1};
  paint::fill(stroke, colors::kTruth);
  if (std::isfinite(truth.lift_ci.low) && std::isfinite(truth.lift_ci.high))
    paint::line({to_x(truth.lift_ci.low), y}, {to_x(truth.lift_ci.high), y}, colors::kTruth);
  ui::mark(path, ui::Kind::Mark, stroke, "truth " + truth_text(truth));
}

// The metric and its numbers above, the interval on the common axis below.
void draw_line(const Line& line, const Rect& row, double reach) {
  const std::string path = "live/effects/" + line.metric->name;
  const float words = px(18), spare = std::round((row.height() - words - px(14)) / 2);
  Rect head{row.x0, row.y0 + spare, row.x1, row.y0 + spare + words};
  const Rect track{row.x0, head.y1, row.x1, head.y1 + px(14)};
  const VerdictLook look = verdict_look(line.effect->verdict);
  const bool shown = drawable(*line.effect);
  const std::string numbers = shown                                    ? lift_text(line.effect->lift)
                              : line.effect->verdict == "do not trust" ? "not shown: SRM"
                                                                       : "not enough data";
  const std::string interval = shown ? lift_interval_text(line.effect->lift_ci) : "";
  const std::string truth = line.truth ? fmt::format(" Truth {}: {}.", truth_text(*line.truth), kTruthIs) : "";
  const std::string said =
      fmt::format("{}: {}. {} {}{} {}", line.metric->title, look.word, numbers, interval, truth, line.metric->doc);
  if (shown) {
    ui::text(path + "/interval", head.cut_right(px(96)), interval, {Font::Small, colors::kSecondary, ui::Align::Right}, said);
    draw_interval(*line.effect, track, reach, look.color);
  } else {
    paint::line({track.x0, track.center().y}, {track.x1, track.center().y}, colors::kGrid);
  }
  if (line.truth) draw_truth(path + "/truth", *line.truth, track, reach);
  const Rect lift = head.cut_right(shown ? px(52) : px(110));
  ui::text(path + "/lift", lift, numbers, {Font::Small, shown ? colors::kText : colors::kSecondary, ui::Align::Right}, said);
  head.cut_right(px(6));
  ui::labelled_glyph(path + "/metric", head, look.glyph, look.symbol, line.metric->title, {Font::Small, look.color}, said);
}

}  // namespace

void draw_effects_panel(const AppState& state, const Snapshot* snapshot, const Rect& box) {
  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  const bool has_focus =
      experiment != nullptr && state.focus >= 1 && state.focus < static_cast<int>(experiment->variants.size());
  const std::string name = has_focus ? experiment->variants[static_cast<std::size_t>(state.focus)].name : "";
  ui::panel("live/effects", box);
  Rect inner = box.inset(px(14), px(10));
  const std::string title =
      has_focus ? fmt::format("Effects of {} {} against A", variant_letter(state.focus), name) : "Effects against A";
  ui::text("live/effects/title", inner.cut_top(px(22)), title, {.font = Font::Strong});
  Rect subtitle = inner.cut_top(px(18));
  if (true_experiment(state) != nullptr)
    ui::text("live/effects/truth", subtitle.cut_right(ui::text_width("stroke: truth", Font::Small) + px(4)), "stroke: truth",
             {Font::Small, colors::kTruth, ui::Align::Right});
  ui::text("live/effects/subtitle", subtitle, "relative change, 95% interval of a single look",
           {Font::Small, colors::kSecondary});
  inner.cut_top(px(8));

  std::vector<Line> lines;
  if (has_focus) {
    for (const MetricInfo& m : snapshot->metrics) {
      if (const EffectReport* e = effect_of(*experiment, name, m.name)) {
        const auto truth = true_effect(state, name, m.name);
        lines.push_back({&m, e, truth && std::isfinite(truth->lift) ? truth : std::nullopt});
      }
    }
  }
  if (lines.empty()) {
    ui::text("live/effects/ghost", inner, "Appears when there is enough data",
             {Font::Body, colors::kSecondary, ui::Align::Center});
    return;
  }
  const float room = inner.height() - px(kAxis);
  const auto fits = static_cast<std::size_t>(std::max(1.0F, std::floor(room / px(kLeastRow))));
  const std::size_t left_out = lines.size() > fits ? lines.size() - fits : 0;
  lines.resize(lines.size() - left_out);
  const float row = std::clamp(std::floor(room / static_cast<float>(lines.size())), px(kLeastRow), px(kMostRow));
  const double reach = axis_reach(lines);
  const float bottom = inner.y0 + row * static_cast<float>(lines.size());
  const float middle = std::round(inner.center().x);
  const Rect axis{inner.x0, bottom + px(3), inner.x1, bottom + px(kAxis)};
  for (const Line& l : lines) {
    const Rect box_of_line = inner.cut_top(row);
    const float track = box_of_line.y0 + std::round((row - px(32)) / 2) + px(18);
    if (drawable(*l.effect)) paint::line({middle, track}, {middle, track + px(14)}, colors::kAxis);
    draw_line(l, box_of_line, reach);
  }

  const Ticks ticks = nice_ticks(-reach * 100, reach * 100, std::max(2, static_cast<int>(axis.width() / px(60))));
  const bool any = std::ranges::any_of(lines, [](const Line& l) { return drawable(*l.effect); });
  for (std::size_t i = 0; any && i < ticks.at.size(); ++i) {
    const float x = middle + static_cast<float>(ticks.at[i] / (reach * 100)) * axis.width() / 2;
    const Rect label{x - px(26), axis.y0, x + px(26), axis.y1};
    if (label.x0 < axis.x0 || label.x1 > axis.x1 - (left_out > 0 ? px(56) : 0)) continue;
    ui::text(fmt::format("live/effects/axis/{}", i), label, tick_text(ticks, ticks.at[i]) + "%",
             {Font::Small, colors::kSecondary, ui::Align::Center});
  }
  if (left_out > 0) {
    ui::text("live/effects/more", {axis.x1 - px(54), axis.y0, axis.x1, axis.y1}, fmt::format("+{} more", left_out),
             {Font::Small, colors::kSecondary, ui::Align::Right}, "A taller window shows all metrics");
  }
}

}  // namespace feedloop
