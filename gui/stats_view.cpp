#include "gui/stats_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/aa_panel.hpp"
#include "gui/axes.hpp"
#include "gui/commands.hpp"
#include "gui/format.hpp"
#include "gui/live_view.hpp"
#include "gui/race_panel.hpp"
#include "gui/truth.hpp"

namespace feedloop {
namespace {

constexpr double kHead = 96;
constexpr double kLeastP = 1e-6;  // smaller ones are drawn here, and read in full at the pointer

std::string empty_text(const AppState& state, const LabSubject& subject) {
  if (subject.mismatch) return "Not shown: the split is broken (sample ratio mismatch), so no rule can be trusted";
  if (subject.experiment == nullptr) return waiting_text(state);
  if (subject.looks == nullptr) {
    return subject.experiment->effects.empty()
               ? "This design has no groups of users whose difference could be tested every day; the Live screen shows what it "
                 "measures"
               : "No daily looks are kept at this metric";
  }
  return "Not enough data yet: the first look is at the end of a day with enough units";
}

bool any_look(const LabSubject& subject) {
  return subject.looks != nullptr && !subject.mismatch &&
         std::ranges::any_of(subject.looks->p, [](double p) { return std::isfinite(p); });
}

double last_finite(std::span<const double> values) {
  for (std::size_t i = values.size(); i-- > 0;)
    if (std::isfinite(values[i])) return values[i];
  return kNoValue;
}

// "on day 6: better", "not yet", "found no difference".
std::string outcome_text(const StoppingReport& r) {
  if (r.state == "stopped") return fmt::format("stopped on day {}, “{}”", fixed_text(r.day, 0), r.verdict);
  if (r.state == "no difference") return "found no difference";
  return "not yet";
}

void draw_head(AppState& state, const Snapshot* snapshot, const LabSubject& subject, const Rect& box) {
  ui::panel("stats/head", box);
  Rect inner = box.inset(px(14), px(8));
  Rect top = inner.cut_top(px(30));
  // The metric, then the treatments, from the right.
  const std::vector<const MetricInfo*> metrics = lab_metrics(state, snapshot);
  if (subject.metric != nullptr && metrics.size() > 1) {
    const Command &next = command("next_metric"), &before = command("previous_metric");
    const ui::ButtonSpec right{.label = ">", .tooltip = tooltip(next, state)},
        left{.label = "<", .tooltip = tooltip(before, state)};
    if (ui::button("stats/head/next_metric", top.cut_right(ui::button_width(right)).inset(0, px(2)), right))
      invoke(next, state);
    top.cut_right(px(8));
    const float width = std::min(ui::text_width(subject.metric->title), px(220));
    ui::text("stats/head/metric", top.cut_right(width), subject.metric->title, {.align = ui::Align::Center},
             fmt::format("{}. {}", subject.metric->title, subject.metric->doc));
    top.cut_right(px(8));
    if (ui::button("stats/head/previous_metric", top.cut_right(ui::button_width(left)).inset(0, px(2)), left))
      invoke(before, state);
    top.cut_right(px(18));
  }
  if (subject.experiment != nullptr) {
    for (int i = static_cast<int>(subject.experiment->variants.size()) - 1; i > 0; --i) {
      const std::string label(1, variant_letter(i));
      const ui::ButtonSpec spec{
          .label = label,
          .look = ui::Look::Quiet,
          .selected = i == subject.treatment,
          .tooltip = fmt::format("Look at {} {}", label, subject.experiment->variants[static_cast<std::size_t>(i)].name)};
      if (ui::button("stats/head/treatment/" + label, top.cut_right(ui::button_width(spec)).inset(px(2), px(2)), spec))
        state.focus = i;
    }
    top.cut_right(px(12));
  }
  const std::string title = subject.metric == nullptr ? "What would peeking have done?"
                                                      : fmt::format("What would peeking have done? {} {} against A",
                                                                    variant_letter(subject.treatment), subject.variant);
  ui::text("stats/head/title", top, title, {Font::Small, colors::kSecondary});
  inner.cut_top(px(2));
  if (subject.mismatch) {
    ui::labelled_glyph("stats/head/verdict", inner.cut_top(px(24)), paint::Glyph::Alert, "⚠",
                       "Do not trust: the groups differ by more than chance, so no rule's answer is shown",
                       {Font::Strong, colors::kAlert});
    return;
  }
  const std::string sentence = any_look(subject) ? race_sentence(subject) : "";
  if (sentence.empty()) {
    ui::labelled_glyph("stats/head/verdict", inner.cut_top(px(24)), paint::Glyph::NoData, "◌", empty_text(state, subject),
                       {Font::Strong, colors::kSecondary});
    return;
  }
  ui::paragraph("stats/head/verdict", inner.cut_top(px(24)), sentence, {Font::Strong, colors::kText});
  const double truth = known_truth(state, subject);
  if (std::isnan(truth)) {
    ui::text("stats/head/truth", inner.cut_top(px(20)),
             fmt::format("Whether they were right is hidden until the truth is shown ({})", key_text(command("truth").key)),
             {Font::Small, colors::kSecondary});
    return;
  }
  const MetricValue* control = metric_of(subject.experiment->variants.front(), subject.metric->name);
  const bool relative = control != nullptr && control->value != 0 && std::isfinite(control->value);
  const auto effect = true_effect(state, subject.variant, subject.metric->name);
  const std::string said =
      truth == 0 ? fmt::format("In truth {} changes nothing here: whatever stopped was a false alarm",
                               variant_letter(subject.treatment))
                 : fmt::format("In truth {} moves {} by {}", variant_letter(subject.treatment), subject.metric->title,
                               relative ? truth_text(*effect)
                                        : fmt::format("{} ± {}", value_text(*subject.metric, truth),
                                                      value_text(*subject.metric, effect->se)));
  ui::text("stats/head/truth", inner.cut_top(px(20)), said, {Font::Small, colors::kTruth}, kTruthIs);
}

// The look nearest to the pointer.
std::optional<std::size_t> hovered_look(const Axes& axes, const std::vector<double>& days) {
  if (!ui::hovered(axes.area()) || days.empty()) return std::nullopt;
  const double at = axes.value_at(ui::mouse().x);
  std::size_t best = 0;
  for (std::size_t i = 1; i < days.size(); ++i)
    if (std::abs(days[i] - at) < std::abs(days[best] - at)) best = i;
  return best;
}

void look_tooltip(const std::string& path, const LabSubject& subject, std::size_t k, double confidence) {
  const EffectSeries& s = *subject.looks;
  const MetricInfo& m = *subject.metric;
  std::vector<ui::TooltipRow> rows{
      {path + "/naive", fmt::format("p of a single look: {}", p_text(s.p[k])), colors::kSecondary},
      {path + "/always_valid", fmt::format("always-valid p: {}", p_text(s.always_valid_p[k])),
       variant_color(subject.treatment)},
      {path + "/effect",
       std::isnan(s.effect[k])
           ? "effect: not enough data"
           : fmt::format("effect: {}  {:.0f}% confidence sequence {}", value_text(m, s.effect[k]), 100 * confidence,
                         interval_text(m, {s.always_valid_low[k], s.always_valid_high[k]})),
       Color{0, 0, 0, 0}},
      {path + "/e_value",
       std::isnan(s.log_e[k]) ? "e-value: not enough data"
                              : fmt::format("e-value: {:.3g}", std::exp(std::min(s.log_e[k], 600.0))),
       Color{0, 0, 0, 0}}};
  ui::tooltip_rows(path, fmt::format("Look at the end of day {}", fixed_text(s.day[k], 0)), std::move(rows));
}

void draw_cursor(const Axes& axes, double day) {
  const float x = std::round(axes.x(day));
  paint::line({x, axes.area().y0}, {x, axes.area().y1}, colors::kAxis);
}

void switch_button(AppState& state, Rect head) {
  const Command& c = command("e_value");
  const ui::ButtonSpec spec{.label = state.stats.e_value ? "Show confidence sequence" : "Show e-value",
                            .look = ui::Look::Quiet,
                            .tooltip = tooltip(c, state)};
  if (head.width() < ui::button_width(spec)) return;
  if (ui::button("stats/evidence/switch", head.cut_right(ui::button_width(spec)), spec)) invoke(c, state);
}

// A plot over the daily looks; none where there is no room for it, or nothing to draw, which it then says.
std::optional<Axes> look_axes(AppState& state, const Snapshot* snapshot, const LabSubject& subject, const std::string& path,
                              std::string_view title, std::string_view subtitle, const AxisRange& y, const Rect& box) {
  const AxisRange x{.low = 0, .high = days_of(state, snapshot), .before = "day ", .least_step = 1};
  Axes axes(path, title, subtitle, x, y, box, 96);
  if (path == "stats/evidence") switch_button(state, axes.head());
  if (!axes.drawable()) return std::nullopt;
  if (any_look(subject)) return axes;
  axes.ghost(empty_text(state, subject));
  return std::nullopt;
}

// One number a look, with the treatment's letter at its end, and the look under the pointer here or in the plot of p.
void draw_evidence(const Axes& axes, const Snapshot& snapshot, const LabSubject& subject, const std::vector<double>& values,
                   std::string_view id, std::optional<std::size_t> cursor) {
  const std::vector<double>& days = subject.looks->day;
  const Color ink = variant_color(subject.treatment);
  axes.curve({days, values, ink, 1.75F, false});
  for (std::size_t k = 0; k < days.size(); ++k)
    if (std::isfinite(values[k])) paint::disc({axes.x(days[k]), axes.y(values[k])}, px(2.5), ink);
  const double last = last_finite(values);
  if (std::isfinite(last))
    axes.ends({{std::string(id), std::string(1, variant_letter(subject.treatment)), days.back(), last, ink}});
  if (!cursor) cursor = hovered_look(axes, days);
  if (!cursor) return;
  draw_cursor(axes, days[*cursor]);
  if (ui::hovered(axes.area())) look_tooltip("stats/evidence/tooltip", subject, *cursor, 1 - snapshot.alpha);
}

std::optional<std::size_t> draw_p_values(AppState& state, const Snapshot* snapshot, const LabSubject& subject,
                                         const Rect& box) {
  const double alpha = snapshot == nullptr ? 0.05 : snapshot->alpha;
  double least = 0.01;
  if (any_look(subject)) {
    for (std::size_t k = 0; k < subject.looks->day.size(); ++k)
      for (const double p : {subject.looks->p[k], subject.looks->always_valid_p[k]})
        if (std::isfinite(p)) least = std::min(least, std::max(p, kLeastP));
  }
  const auto drawn = [](std::vector<double> ps) {
    for (double& p : ps) p = std::isfinite(p) ? std::max(p, kLeastP) : kNoValue;
    return ps;
  };
  const auto plot = look_axes(state, snapshot, subject, "stats/p", "p at each daily look", "smaller is stronger; log scale",
                              {.low = least / 2, .high = 1.3, .log = true}, box);
  if (!plot) return std::nullopt;
  const Axes& axes = *plot;
  const Rect& area = axes.area();
  paint::fill({area.x0, std::clamp(axes.y(alpha), area.y0, area.y1), area.x1, area.y1}, colors::kAlert.fade(0.06));
  const EffectSeries& s = *subject.looks;
  const Color ink = variant_color(subject.treatment);
  const std::vector<double> naive = drawn(s.p), valid = drawn(s.always_valid_p);
  axes.curve({s.day, naive, colors::kSecondary, 1.25F, false});
  axes.curve({s.day, valid, ink, 2, true});
  const StoppingReport* peek = stopping_of(subject, "daily_peeking");
  const bool peeked = peek != nullptr && peek->state == "stopped";
  // Away from that day's mark, once the curves' own labels are outside.
  const bool early = peeked && axes.x(peek->day) < (area.x0 + area.x1) / 2 && axes.x(s.day.back()) > area.x1 - px(1);
  axes.hline(alpha, colors::kAlert, "alpha", fmt::format("{:g}: below, a rule stops", alpha),
             early ? ui::Align::Right : ui::Align::Left);
  for (std::size_t k = 0; k < s.day.size(); ++k) {
    const float at = axes.x(s.day[k]);
    paint::line({at, area.y1 - px(5)}, {at, area.y1}, colors::kSecondary);
    if (!std::isfinite(s.p[k])) continue;
    const bool stop = peeked && s.day[k] == peek->day;
    const Vec2 dot{at, axes.y(naive[k])};
    if (stop) {
      paint::disc(dot, px(5), colors::kWorse);
      paint::dashes({at, area.y0}, {at, area.y1}, colors::kWorse, px(4));
      const std::string label = fmt::format("peeking stops, day {}", fixed_text(s.day[k], 0));
      const float wide = ui::text_width(label, Font::Small), height = font_height(Font::Small);
      const bool fits = at + px(8) + wide < area.x1;
      const float left = fits ? at + px(6) : at - px(6) - wide;
      paint::fill(Rect{left, area.y0 + px(2), left + wide + 1, area.y0 + px(2) + height}.inset(-px(2), 0),
                  colors::kPanel.fade(0.85));
      ui::text("stats/p/area/stop", {left, area.y0 + px(2), left + wide + 1, area.y0 + px(2) + height}, label,
               {Font::Small, colors::kWorse});
    } else {
      paint::disc(dot, px(2.5), colors::kSecondary);
    }
    ui::mark(fmt::format("stats/p/area/look/{}", k), ui::Kind::Mark,
             {dot.x - px(3), dot.y - px(3), dot.x + px(3), dot.y + px(3)},
             fmt::format("day {}: {}{}", fixed_text(s.day[k], 0), p_text(s.p[k]), stop ? ", peeking stops" : ""));
    if (std::isfinite(valid[k])) paint::disc({at, axes.y(valid[k])}, px(2.5), ink);
  }
  axes.ends({{"naive", "single look", s.day.back(), last_finite(naive), colors::kSecondary},
             {"always_valid", "always-valid", s.day.back(), last_finite(valid), ink}});
  const auto hovered = hovered_look(axes, s.day);
  if (hovered) {
    draw_cursor(axes, s.day[*hovered]);
    look_tooltip("stats/p/tooltip", subject, *hovered, 1 - snapshot->alpha);
  }
  return hovered;
}

void draw_sequence(AppState& state, const Snapshot* snapshot, const LabSubject& subject, const Rect& box,
                   std::optional<std::size_t> cursor) {
  AxisRange y{.low = -0.1, .high = 0.1};
  double truth = kNoValue;
  if (any_look(subject)) {
    const EffectSeries& s = *subject.looks;
    truth = known_truth(state, subject);
    double low = 0, high = 0;
    // The first looks are wide; the range is that of the second half, and all estimates.
    for (std::size_t k = 0; k < s.day.size(); ++k) {
      for (const double v : {s.effect[k], 2 * k >= s.day.size() ? s.always_valid_low[k] : kNoValue,
                             2 * k >= s.day.size() ? s.always_valid_high[k] : kNoValue})
        if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
    }
    if (std::isfinite(truth)) low = std::min(low, truth), high = std::max(high, truth);
    const double pad = high > low ? 0.12 * (high - low) : 1e-9;
    const double scale = subject.metric->scale == 0 ? 1 : subject.metric->scale;
    y = {.low = low - pad, .high = high + pad, .scale = scale};
  }
  const std::string unit = subject.metric == nullptr || subject.metric->unit.empty() ? ""
                           : subject.metric->unit == "%"                             ? ", in points"
                                                                                     : ", in " + subject.metric->unit;
  const auto axes = look_axes(state, snapshot, subject, "stats/evidence", fmt::format("Difference to A{}", unit),
                              "estimate, and the confidence sequence that holds at all looks at once", y, box);
  if (!axes) return;
  const EffectSeries& s = *subject.looks;
  axes->band(s.day, s.always_valid_low, s.always_valid_high, variant_color(subject.treatment).fade(0.2));
  axes->hline(0, colors::kSecondary, "zero", "no difference");
  if (std::isfinite(truth)) axes->hline(truth, colors::kTruth, "truth", "truth", ui::Align::Right);
  draw_evidence(*axes, *snapshot, subject, s.effect, "effect", cursor);
}

void draw_e_values(AppState& state, const Snapshot* snapshot, const LabSubject& subject, const Rect& box,
                   std::optional<std::size_t> cursor) {
  const double alpha = snapshot == nullptr ? 0.05 : snapshot->alpha;
  std::vector<double> e;
  double low = 0.1, high = 2 / alpha;
  if (any_look(subject)) {
    for (const double l : subject.looks->log_e) {
      e.push_back(std::isfinite(l) ? std::exp(std::clamp(l, -20.0, 60.0)) : kNoValue);
      if (std::isfinite(l)) low = std::min(low, e.back() / 2), high = std::max(high, e.back() * 2);
    }
  }
  const auto axes =
      look_axes(state, snapshot, subject, "stats/evidence", "e-value at each look",
                "evidence against no difference, as a bet's return; log scale", {.low = low, .high = high, .log = true}, box);
  if (!axes) return;
  axes->hline(1 / alpha, colors::kAlert, "alpha", fmt::format("{:g}: above, always-valid stops", 1 / alpha));
  axes->hline(1, colors::kSecondary, "one", "");
  draw_evidence(*axes, *snapshot, subject, e, "e", cursor);
}

}  // namespace

std::vector<const MetricInfo*> lab_metrics(const AppState& state, const Snapshot* snapshot) {
  std::vector<const MetricInfo*> metrics;
  const ExperimentReport* experiment = shown_experiment(state, snapshot);
  if (experiment == nullptr) return metrics;
  for (const MetricInfo& m : snapshot->metrics)
    if (std::ranges::find(experiment->effect_series, m.name, &EffectSeries::metric) != experiment->effect_series.end())
      metrics.push_back(&m);
  return metrics;
}

LabSubject lab_subject(const AppState& state, const Snapshot* snapshot) {
  LabSubject s;
  s.experiment = shown_experiment(state, snapshot);
  if (s.experiment == nullptr) return s;
  const int variants = static_cast<int>(s.experiment->variants.size());
  s.treatment = std::clamp(state.focus, std::min(1, variants - 1), std::max(variants - 1, 0));
  if (s.treatment < variants) s.variant = s.experiment->variants[static_cast<std::size_t>(s.treatment)].name;
  s.mismatch = std::ranges::find(s.experiment->srm, "unhealthy", &SrmReport::state) != s.experiment->srm.end();
  const std::vector<const MetricInfo*> metrics = lab_metrics(state, snapshot);
  const MetricInfo* primary = primary_metric(*snapshot);
  for (const MetricInfo* m : metrics)
    if (m->name == state.stats.metric) s.metric = m;
  if (s.metric == nullptr && primary != nullptr && std::ranges::find(metrics, primary) != metrics.end()) s.metric = primary;
  if (s.metric == nullptr && !metrics.empty()) s.metric = metrics.front();
  if (s.metric == nullptr) return s;
  for (const EffectSeries& e : s.experiment->effect_series) {
    // One that was read from elsewhere may lack a part; it is then not drawn.
    const bool whole = e.p.size() == e.day.size() && e.always_valid_p.size() == e.day.size() &&
                       e.log_e.size() == e.day.size() && e.effect.size() == e.day.size() &&
                       e.always_valid_low.size() == e.day.size() && e.always_valid_high.size() == e.day.size();
    if (whole && e.variant == s.variant && e.metric == s.metric->name) s.looks = &e;
  }
  return s;
}

double known_truth(const AppState& state, const LabSubject& subject) {
  if (subject.experiment == nullptr || subject.metric == nullptr) return kNoValue;
  const auto truth = true_effect(state, subject.variant, subject.metric->name);
  return truth ? truth->effect : kNoValue;
}

const StoppingReport* stopping_of(const LabSubject& subject, std::string_view rule) {
  if (subject.experiment == nullptr || subject.metric == nullptr) return nullptr;
  for (const StoppingReport& r : subject.experiment->stopping)
    if (r.variant == subject.variant && r.metric == subject.metric->name && r.rule == rule) return &r;
  return nullptr;
}

std::string race_sentence(const LabSubject& subject) {
  const StoppingReport *peek = stopping_of(subject, "daily_peeking"), *valid = stopping_of(subject, "always_valid"),
                       *fixed = stopping_of(subject, "fixed_horizon");
  if (peek == nullptr || valid == nullptr || peek->state == "not enough data") return "";
  std::string said =
      peek->state == "stopped"
          ? fmt::format("Peeking daily would have stopped on day {}: “{}”.", fixed_text(peek->day, 0), peek->verdict)
          : fmt::format("Peeking daily {}.", peek->state == "not yet" ? "has not stopped yet" : "never stopped");
  said += fmt::format(" Always-valid: {}.", outcome_text(*valid));
  if (fixed != nullptr && (fixed->state == "stopped" || fixed->state == "no difference")) {
    said += fixed->state == "stopped" ? fmt::format(" One look at the end: “{}”.", fixed->verdict)
                                      : " One look at the end: no difference.";
  }
  return said;
}

void StatsView::draw(AppState& state, const Snapshot* snapshot, const Rect& area) {
  const float gap = px(10);
  Rect rest = area;
  const LabSubject subject = lab_subject(state, snapshot);
  draw_head(state, snapshot, subject, rest.cut_top(px(kHead)));
  rest.cut_top(gap);
  Rect right = rest.cut_right(std::clamp(std::round(rest.width() * 0.4F), px(380), px(560)));
  rest.cut_right(gap);
  const Rect above = rest.cut_top(std::round((rest.height() - gap) * 0.54F));
  rest.cut_top(gap);
  const auto cursor = draw_p_values(state, snapshot, subject, above);
  if (state.stats.e_value)
    draw_e_values(state, snapshot, subject, rest, cursor);
  else
    draw_sequence(state, snapshot, subject, rest, cursor);
  const Rect race = right.cut_top(std::min(race_panel_height(), std::round(right.height() * 0.56F)));
  right.cut_top(gap);
  draw_race_panel(state, snapshot, subject, race);
  draw_aa_panel(state, snapshot, subject, right);
}

}  // namespace feedloop
