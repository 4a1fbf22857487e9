#include "gui/retention_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "gui/axes.hpp"
#include "gui/cohort_panel.hpp"
#include "gui/format.hpp"
#include "gui/live_view.hpp"

namespace feedloop {
namespace {

constexpr double kHead = 76;
constexpr std::array<std::string_view, 3> kDays{"d1_retention", "d7_retention", "d30_retention"};

const MetricInfo* info_of(const Snapshot* snapshot, std::string_view metric) {
  if (snapshot == nullptr) return nullptr;
  const auto at = std::ranges::find(snapshot->metrics, metric, &MetricInfo::name);
  return at == snapshot->metrics.end() ? nullptr : &*at;
}

bool mismatched(const ExperimentReport* experiment) {
  return experiment != nullptr && std::ranges::find(experiment->srm, "unhealthy", &SrmReport::state) != experiment->srm.end();
}

int index_of(const ExperimentReport& experiment, std::string_view variant) {
  const auto at = std::ranges::find(experiment.variants, variant, &VariantReport::name);
  return at == experiment.variants.end() ? -1 : static_cast<int>(at - experiment.variants.begin());
}

std::string empty_text(const AppState& state, const ExperimentReport* experiment) {
  if (experiment == nullptr || kept_for_the_end(state)) return waiting_text(state);
  if (!experiment->preferences.empty()) return "Pages of this design show both variants, so nobody stays with one of them";
  if (experiment->retention.empty() && experiment->design.find("user") == std::string::npos)
    return "Not kept for this design: its units are not users";
  return "Not enough data yet: units must be followed for a whole day";
}

std::string log_rank_text(const ExperimentReport& experiment) {
  if (experiment.survival.size() < 2) return "";
  const double p = experiment.survival.front().p;
  if (std::isnan(p)) return "";
  return p < 0.05 ? fmt::format("Variants lapse at different rates (log-rank p {})", p < 0.001 ? p_text(p) : "= " + p_text(p))
                  : fmt::format("No sign that variants lapse at different rates (log-rank p = {})", p_text(p));
}

void draw_head(const AppState& state, const Snapshot* snapshot, const ExperimentReport* experiment, const Rect& box) {
  ui::panel("retention/head", box);
  Rect inner = box.inset(px(14), px(8));
  ui::text("retention/head/title", inner.cut_top(px(18)), "Do people come back more?", {Font::Small, colors::kSecondary});
  const Rect line = inner.cut_top(px(24));
  if (mismatched(experiment)) {
    ui::labelled_glyph("retention/head/verdict", line, paint::Glyph::Alert, "⚠",
                       "Do not trust: the groups differ by more than chance, so differences are not shown",
                       {Font::Strong, colors::kAlert});
    return;
  }
  // The longest follow-up that says anything of the treatment in focus speaks first.
  const int treatment =
      experiment == nullptr ? 0 : std::clamp(state.focus, 0, static_cast<int>(experiment->variants.size()) - 1);
  const EffectReport* effect = nullptr;
  const MetricInfo* metric = nullptr;
  for (const std::string_view day : kDays) {
    if (treatment < 1 || info_of(snapshot, day) == nullptr) continue;
    const EffectReport* e = effect_of(*experiment, experiment->variants[static_cast<std::size_t>(treatment)].name, day);
    if (e != nullptr && std::isfinite(e->lift) && e->verdict != "not enough data") effect = e, metric = info_of(snapshot, day);
  }
  if (effect == nullptr) {
    const bool data = experiment != nullptr && !experiment->retention.empty();
    ui::labelled_glyph("retention/head/verdict", line, paint::Glyph::NoData, "◌",
                       data ? "Not enough data yet to compare who comes back" : empty_text(state, experiment),
                       {Font::Strong, colors::kSecondary});
  } else {
    const VerdictLook look = verdict_look(effect->verdict);
    ui::labelled_glyph("retention/head/verdict", line, look.glyph, look.symbol,
                       fmt::format("{} of {} {}: {}, {} {}", metric->title, variant_letter(treatment), effect->variant,
                                   look.word, lift_text(effect->lift), lift_interval_text(effect->lift_ci)),
                       {Font::Strong, look.color});
  }
  const std::string lapse = experiment == nullptr ? "" : log_rank_text(*experiment);
  if (!lapse.empty()) ui::text("retention/head/lapse", inner.cut_top(px(18)), lapse, {Font::Small, colors::kSecondary});
}

struct Curve {
  int variant = 0;
  std::string_view name;
  std::span<const double> x, y, low, high;  // low and high may be empty
};

// Curves of variants with the bands of control and of the treatment in focus, letters at their ends, and numbers at the
// pointer.
void draw_curves(const AppState& state, const Axes& axes, const std::vector<Curve>& curves, bool steps, std::string_view path,
                 std::string_view when) {
  std::vector<Axes::End> ends;
  for (const Curve& c : curves) {
    const bool dimmed = state.hovered >= 0 && state.hovered != c.variant;
    const Color ink = variant_color(c.variant).fade(dimmed ? 0.3 : 1);
    if (!c.low.empty() && (c.variant == 0 || c.variant == state.focus)) axes.band(c.x, c.low, c.high, ink.fade(0.16), steps);
    axes.curve({c.x, c.y, ink, 1.75F, steps});
    if (c.x.empty()) continue;
    const std::string letter(1, variant_letter(c.variant));
    ends.push_back({letter, letter, c.x.back(), c.y.back(), ink});
  }
  axes.ends(std::move(ends));
  if (!ui::hovered(axes.area())) return;
  const double at = axes.value_at(ui::mouse().x);
  std::vector<ui::TooltipRow> rows;
  double shown = kNoValue;
  for (const Curve& c : curves) {
    if (c.x.empty()) continue;
    std::size_t k = 0;
    for (std::size_t i = 1; i < c.x.size(); ++i)
      if (std::abs(c.x[i] - at) < std::abs(c.x[k] - at)) k = i;
    shown = c.x[k];
    std::string text = fmt::format("{} {}  {}%", variant_letter(c.variant), c.name, fixed_text(100 * c.y[k], 1));
    if (!c.low.empty()) text += fmt::format("  [{}, {}]", fixed_text(100 * c.low[k], 1), fixed_text(100 * c.high[k], 1));
    rows.push_back({fmt::format("{}/tooltip/{}", path, variant_letter(c.variant)), std::move(text), variant_color(c.variant)});
  }
  if (rows.empty()) return;
  const float x = std::round(axes.x(shown));
  paint::line({x, axes.area().y0}, {x, axes.area().y1}, colors::kAxis);
  ui::tooltip_rows(fmt::format("{}/tooltip", path), fmt::format("{} {}", when, fixed_text(shown, 0)), std::move(rows));
}

double longest(const std::vector<Curve>& curves) {
  double most = 0;
  for (const Curve& c : curves)
    if (!c.x.empty()) most = std::max(most, c.x.back());
  return most;
}

double lowest(const std::vector<Curve>& curves) {
  double least = 1;
  for (const Curve& c : curves)
    for (std::size_t i = 0; i < c.x.size(); ++i)
      for (const std::span<const double> v : {c.y, c.low})
        if (i < v.size() && std::isfinite(v[i])) least = std::min(least, v[i]);
  return least;
}

void draw_retention(const AppState& state, const ExperimentReport* experiment, const Rect& box) {
  std::vector<Curve> curves;
  if (experiment != nullptr) {
    for (const RetentionCurve& r : experiment->retention) {
      const int i = index_of(*experiment, r.variant);
      if (i < 0 || variant_hidden(state, i)) continue;
      // Without the day of entry, on which everybody is active by definition: it would leave no room for what differs.
      const std::size_t skip = !r.day.empty() && r.day.front() == 0 ? 1 : 0;
      const auto after = [&](const std::vector<double>& v) { return std::span(v).subspan(std::min(skip, v.size())); };
      curves.push_back({i, r.variant, after(r.day), after(r.value), after(r.low), after(r.high)});
    }
  }
  double high = 0;
  for (const Curve& c : curves)
    for (const double h : c.high) high = std::max(high, h);
  const bool empty = !(high > 0);
  const Axes axes("retention/curves", "Active on the n-th day after the first visit",
                  "share of the units followed that long (three quarters or more of all), 95% interval",
                  {.low = 1, .high = std::max(longest(curves), 2.0), .before = "day ", .least_step = 1},
                  {.low = 0, .high = empty ? 1 : std::min(1.05, high * 1.15), .after = "%", .scale = 100}, box);
  if (!axes.drawable()) return;
  if (empty) {
    axes.ghost(empty_text(state, experiment));
    return;
  }
  draw_curves(state, axes, curves, false, "retention/curves", "Day");
}

void draw_survival(const AppState& state, const ExperimentReport* experiment, const Rect& box) {
  std::vector<Curve> curves;
  double lapse = kNoValue;
  if (experiment != nullptr) {
    for (const SurvivalReport& s : experiment->survival) {
      lapse = s.lapse_days;
      if (const int i = index_of(*experiment, s.variant); i >= 0 && !variant_hidden(state, i) && !s.day.empty())
        curves.push_back({i, s.variant, s.day, s.value, s.low, s.high});
    }
  }
  const double low = curves.empty() ? 0 : std::max(0.0, lowest(curves) - 0.03);
  const std::string subtitle =
      std::isnan(lapse) ? "share not lapsed yet" : fmt::format("lapsed: no visit for {} days", fixed_text(lapse, 0));
  const Axes axes("retention/survival", "Not lapsed yet", subtitle,
                  {.low = 0, .high = std::max(longest(curves), 1.0), .before = "day ", .least_step = 1},
                  {.low = low, .high = 1.005, .after = "%", .scale = 100}, box);
  if (!axes.drawable()) return;
  if (curves.empty()) {
    const bool known = experiment != nullptr && !experiment->survival.empty();
    axes.ghost(known ? "Nobody has lapsed"
               : experiment == nullptr || experiment->retention.empty()
                   ? empty_text(state, experiment)
                   : "Not enough data yet: who lapsed is known days later");
    return;
  }
  draw_curves(state, axes, curves, true, "retention/survival", "Day");
}

void draw_watch(const AppState& state, const Snapshot* snapshot, const ExperimentReport* experiment, const Rect& box) {
  std::vector<Curve> curves;
  const MetricInfo* metric = nullptr;
  double reach = 0;
  if (experiment != nullptr) {
    for (const DistributionReport& d : experiment->distributions) {
      const int i = index_of(*experiment, d.variant);
      if (i < 0 || variant_hidden(state, i) || d.value.size() != d.level.size() || d.value.empty()) continue;
      metric = info_of(snapshot, d.metric);
      curves.push_back({i, d.variant, d.value, d.level, {}, {}});
      // The few who watch most would leave the others a tenth of the width.
      reach = std::max(reach, d.value[d.value.size() * 97 / 100]);
    }
  }
  const std::string unit = metric == nullptr || metric->unit.empty() ? "" : " " + metric->unit;
  const Axes axes("retention/watch", metric == nullptr ? "Watch time per user-day" : metric->title,
                  "share of units that watch no more than this",
                  {.low = 0, .high = reach > 0 ? reach : 1, .after = unit, .scale = metric == nullptr ? 1 : metric->scale},
                  {.low = 0, .high = 1.02, .after = "%", .scale = 100}, box);
  if (!axes.drawable()) return;
  if (curves.empty()) {
    axes.ghost(empty_text(state, experiment));
    return;
  }
  // Letters stand where curves are apart, at nine tenths, not at the ends that all meet.
  std::vector<Axes::End> ends;
  for (const Curve& c : curves) {
    const bool dimmed = state.hovered >= 0 && state.hovered != c.variant;
    axes.curve({c.x, c.y, variant_color(c.variant).fade(dimmed ? 0.3 : 1), 1.75F, false});
  }
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const std::string letter(1, variant_letter(curves[i].variant));
    const float x = axes.area().x1 - px(16) * static_cast<float>(curves.size() - i);
    const float y = axes.area().y1 - px(12);
    ui::text("retention/watch/area/letter/" + letter, {x, y - px(8), x + px(14), y + px(8)}, letter,
             {Font::Strong, variant_color(curves[i].variant)});
  }
  if (!ui::hovered(axes.area())) return;
  // Read across: the quantiles at the pointer's height.
  const double level = std::clamp((axes.area().y1 - ui::mouse().y) / axes.area().height() * 1.02, 0.0, 1.0);
  std::vector<ui::TooltipRow> rows;
  for (const Curve& c : curves) {
    const auto k = std::min(static_cast<std::size_t>(std::lround(level * static_cast<double>(c.y.size() - 1))), c.y.size() - 1);
    rows.push_back({fmt::format("retention/watch/tooltip/{}", variant_letter(c.variant)),
                    fmt::format("{} {}  {}", variant_letter(c.variant), c.name,
                                metric == nullptr ? fixed_text(c.x[k], 1) : value_text(*metric, c.x[k])),
                    variant_color(c.variant)});
  }
  paint::line({axes.area().x0, ui::mouse().y}, {axes.area().x1, ui::mouse().y}, colors::kAxis);
  ui::tooltip_rows("retention/watch/tooltip", fmt::format("{}% of units watch at most", fixed_text(100 * level, 0)),
                   std::move(rows));
}

void draw_table(AppState& state, const Snapshot* snapshot, const ExperimentReport* experiment, const Rect& box) {
  ui::panel("retention/table", box, "Back on day 1, 7 and 30");
  Rect inner = box.inset(px(14), px(10));
  inner.cut_top(px(22));
  ui::text("retention/table/subtitle", inner.cut_top(px(18)), "share of users, and the change to A with its 95% interval",
           {Font::Small, colors::kSecondary});
  inner.cut_top(px(6));
  if (experiment == nullptr) {
    ui::labelled_glyph("retention/table/empty", inner.cut_top(px(28)), paint::Glyph::NoData, "◌", waiting_text(state),
                       {Font::Body, colors::kSecondary});
    return;
  }
  Rect header = inner.cut_top(px(20));
  const float name = std::min(px(110), std::round(inner.width() * 0.24F)), wide = (inner.width() - name) / 3;
  header.cut_left(name);
  constexpr std::array<std::string_view, 3> kTitles{"D1", "D7", "D30"};
  for (std::size_t d = 0; d < kDays.size(); ++d) {
    const MetricInfo* m = info_of(snapshot, kDays[d]);
    ui::text(fmt::format("retention/table/header/{}", kTitles[d]), header.cut_left(wide), kTitles[d],
             {Font::Small, colors::kSecondary}, m == nullptr ? "" : m->doc);
  }
  const bool broken = mismatched(experiment);
  const auto variants = static_cast<float>(experiment->variants.size());
  const float row = std::clamp(std::floor(inner.height() / std::max(variants, 1.0F)), px(20), px(40));
  const bool tall = row >= px(36);
  int hovered = -1;
  for (int v = 0; v < static_cast<int>(experiment->variants.size()) && inner.height() >= row - 1; ++v) {
    const VariantReport& variant = experiment->variants[static_cast<std::size_t>(v)];
    Rect line = inner.cut_top(row);
    const std::string path = fmt::format("retention/table/{}", variant_letter(v));
    const ui::Press press = ui::row(path, {line.x0 - px(6), line.y0, line.x1 + px(6), line.y1 - 1}, variant.name);
    if (press.hovered) hovered = v;
    if (press.clicked && v > 0) state.focus = v;
    Rect who = line.cut_left(name);
    const Rect swatch = who.cut_left(px(18));
    paint::fill({swatch.x0, swatch.center().y - px(5), swatch.x0 + px(10), swatch.center().y + px(5)}, variant_color(v), px(2));
    ui::text(path + "/letter", who.cut_left(px(16)), std::string(1, variant_letter(v)), {.font = Font::Strong});
    ui::text(path + "/name", {who.x0, who.y0, who.x1 - px(6), who.y1}, variant.name);
    for (std::size_t d = 0; d < kDays.size(); ++d) {
      Rect cell = line.cut_left(wide);
      cell.x1 -= px(6);
      const MetricInfo* m = info_of(snapshot, kDays[d]);
      const MetricValue* value = metric_of(variant, kDays[d]);
      const std::string at = fmt::format("{}/{}", path, kTitles[d]);
      if (m == nullptr || value == nullptr || std::isnan(value->value)) {
        ui::labelled_glyph(at, cell, paint::Glyph::NoData, "◌", tall ? "Not enough data" : "too early",
                           {Font::Small, colors::kSecondary}, "Not enough data: users must be followed that long");
        continue;
      }
      const EffectReport* effect = v == 0 ? nullptr : effect_of(*experiment, variant.name, kDays[d]);
      const VerdictLook look = verdict_look(effect == nullptr ? std::string_view("not enough data") : effect->verdict);
      const bool lift = effect != nullptr && !broken && std::isfinite(effect->lift) && effect->verdict != "not enough data";
      Rect top = tall ? cell.cut_top(std::round(row / 2)) : cell;
      const std::string number = value_text(*m, value->value);
      const std::string about =
          lift ? fmt::format("{}. {} {} {}", number, look.word, lift_text(effect->lift), lift_interval_text(effect->lift_ci))
               : "";
      const Rect drawn = ui::text(at, top, number, {.color = colors::kText}, about);
      if (v == 0) continue;
      const Rect rest = tall ? cell : Rect{drawn.x1 + px(6), top.y0, top.x1, top.y1};
      if (broken) {
        ui::labelled_glyph(at + "/change", rest, paint::Glyph::Alert, "⚠", "SRM", {Font::Small, colors::kAlert},
                           "Not shown: sample ratio mismatch");
      } else if (!lift) {
        ui::labelled_glyph(at + "/change", rest, paint::Glyph::NoData, "◌", tall ? "Not enough data" : "too early",
                           {Font::Small, colors::kSecondary}, "Not enough data to compare");
      } else {
        const std::string with = fmt::format("{} {}", lift_text(effect->lift), lift_interval_text(effect->lift_ci));
        const bool room = ui::text_width(with, Font::Small) + px(20) < rest.width();
        ui::labelled_glyph(at + "/change", rest, look.glyph, look.symbol, room ? with : lift_text(effect->lift),
                           {Font::Small, look.color}, about);
      }
    }
  }
  state.hovered = hovered;
}

}  // namespace

void RetentionView::draw(AppState& state, const Snapshot* snapshot, const Rect& area) {
  const float gap = px(10);
  Rect rest = area;
  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  draw_head(state, snapshot, experiment, rest.cut_top(px(kHead)));
  rest.cut_top(gap);
  Rect above = rest.cut_top(std::round((rest.height() - gap) * 0.5F));
  rest.cut_top(gap);
  const Rect table = above.cut_right(std::clamp(std::round(above.width() * 0.44F), px(590), px(640)));
  above.cut_right(gap);
  draw_retention(state, experiment, above);
  draw_table(state, snapshot, experiment, table);
  const float third = std::round((rest.width() - 2 * gap) / 3);
  const Rect cohorts = rest.cut_left(std::round(third * 1.15F));
  rest.cut_left(gap);
  const Rect survival = rest.cut_left(std::round(third * 0.925F));
  rest.cut_left(gap);
  draw_cohort_panel(state, experiment, empty_text(state, experiment), cohorts);
  draw_survival(state, experiment, survival);
  draw_watch(state, snapshot, experiment, rest);
}

}  // namespace feedloop
