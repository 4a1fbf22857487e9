#include "report/charts.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "report/line_chart.hpp"
#include "report/page.hpp"
#include "report/svg.hpp"
#include "report/tables.hpp"
#include "report/words.hpp"

namespace feedloop {
namespace {

constexpr double kBend = 0.1, kBentFrom = 0.5;  // lifts

std::string text(std::string_view s) { return escaped(clean(s)); }

std::string tick_text(double v) { return grouped(fmt::format("{:.6g}", v)); }

std::string_view paint_of(Ink ink) {
  switch (ink) {
    case Ink::Good:
      return "var(--good)";
    case Ink::Bad:
      return "var(--bad)";
    case Ink::Doubt:
      return "var(--doubt)";
    case Ink::Dim:
      return "var(--dim)";
    default:
      return "var(--ink)";
  }
}

bool is_shown(const EffectReport& x) { return x.verdict != "do not trust" && std::isfinite(x.lift); }

// The difference's interval in the lift's unit. So its ends have the signs that it has in the table.
Interval always_valid_lift(const ExperimentReport& e, const EffectReport& x) {
  for (const MetricValue& control : e.variants.front().metrics)
    if (control.name == x.metric && control.value != 0)
      return {x.sequential.ci.low / std::abs(control.value), x.sequential.ci.high / std::abs(control.value)};
  return {};
}

// What all lifts of the experiment need, zero among it. Always-valid intervals may leave it: early ones are very wide.
Interval lift_range(const ExperimentReport& e) {
  Interval fixed{0, 0}, all{0, 0};
  const auto take = [](Interval& range, double v) {
    if (std::isfinite(v)) range = {std::min(range.low, v), std::max(range.high, v)};
  };
  for (const EffectReport& x : e.effects) {
    if (!is_shown(x)) continue;
    const Interval outer = always_valid_lift(e, x);
    for (const double v : {x.lift, x.lift_ci.low, x.lift_ci.high}) take(fixed, v), take(all, v);
    for (const double v : {outer.low, outer.high}) take(all, v);
  }
  const double room = (fixed.high - fixed.low) / 2;
  const Interval range{std::max(all.low, fixed.low - room), std::min(all.high, fixed.high + room)};
  const double margin = (range.high - range.low) * 0.02;
  return margin > 0 && std::isfinite(margin) ? Interval{range.low - margin, range.high + margin} : Interval{-0.1, 0.1};
}

bool is_bent(const Interval& range) { return std::max(-range.low, range.high) > kBentFrom; }

}  // namespace

bool forest_is_bent(const ExperimentReport& e) { return is_bent(lift_range(e)); }

std::string forest_chart(const Report& r, const ExperimentReport& e, const VariantReport& treatment) {
  constexpr double kRow = 24, kTop = 4, kLeft = 232, kWidth = 520;
  std::string rows, description;
  const Interval range = lift_range(e);
  const Scale x{range.low, range.high, kLeft, kLeft + kWidth, is_bent(range) ? kBend : 0};
  Box box{kLeft, kTop, kWidth, 0};
  bool any = false;
  for (const MetricInfo& m : metrics_of(r, e)) {
    const EffectReport* effect = find_effect(e, treatment.name, m.name);
    if (!effect || !is_compared(e, m)) continue;
    const double y = box.bottom() + kRow / 2;
    box.height += kRow;
    const Cell word = verdict(effect->verdict);
    rows += fmt::format("<text x='{:.0f}' y='{:.1f}' class='e'>{}</text>\n", kLeft - 12, y + 4, text(title(m)));
    std::string said = word.text;
    if (is_shown(*effect)) {
      any = true;
      rows += forest_row({effect->lift, effect->lift_ci, always_valid_lift(e, *effect)}, x, y, paint_of(word.ink));
      said = fmt::format("{} {} {}", word.text.substr(0, word.text.find(' ')), lift(*effect), lift_interval(*effect));
    }
    rows += fmt::format("<text x='{:.0f}' y='{:.1f}' class='n' fill='{}'>{}</text>\n", box.right() + 14, y + 4,
                        paint_of(word.ink), text(said));
    description += fmt::format("{}{}: {}", description.empty() ? "" : "; ", title(m), said);
  }
  if (!any) return "";
  const std::string axis =
      x_axis(box, x, ticks(x, 62), [](double v) { return v == 0 ? "0" : fmt::format("{:+.6g} %", v * 100); });
  const std::string zero = fmt::format("<path d='M{:.1f} {:.1f}V{:.1f}' class='z'/>\n", x(0), box.top, box.bottom());
  return picture(1000, box.bottom() + 22, fmt::format("Lifts of {} against {}", treatment.name, e.variants.front().name),
                 description, axis + zero + rows);
}

std::string series_chart(const Report& r, const ExperimentReport& e, const MetricInfo& m) {
  LineChart chart{.title = title(m) + " by variant over the days", .x_label = "day"};
  double last_day = 1;
  bool known = false;
  for (std::size_t v = 0; v < e.variants.size(); ++v)
    for (const Series& s : r.series) {
      if (s.layer != e.layer || s.variant != e.variants[v].name || s.metric != m.name) continue;
      known = true;
      ChartLine line{v, {}, ""};
      for (std::size_t i = 0; i < s.day.size(); ++i) {
        last_day = std::max(last_day, s.day[i]);
        line.points.push_back({s.day[i], s.value[i] * m.scale, s.low[i] * m.scale, s.high[i] * m.scale});
        if (std::isfinite(s.value[i]))
          line.said = fmt::format("{}: {} after day {:g}", s.variant, number(s.value[i] * m.scale, m.decimals), s.day[i]);
      }
      chart.lines.push_back(std::move(line));
    }
  chart.x.high = last_day;
  return known ? line_chart(std::move(chart)) : "";
}

std::string latency_chart(const Report& r, const ExperimentReport& e) {
  struct Bar {
    std::size_t variant;
    double value;
    std::string said;
  };
  struct Group {
    MetricInfo metric;
    std::vector<Bar> bars;
  };
  std::vector<Group> groups;
  double most = 0;
  for (const MetricInfo& m : metrics_of(r, e)) {
    if (!is_serving(m) || m.unit != "ms") continue;
    Group group{m, {}};
    for (std::size_t v = 0; v < e.variants.size(); ++v)
      for (const MetricValue& value : e.variants[v].metrics)
        if (value.name == m.name && std::isfinite(value.value * m.scale) && value.value >= 0) {
          group.bars.push_back({v, value.value * m.scale, number(value.value * m.scale, m.decimals)});
          most = std::max(most, group.bars.back().value);
        }
    if (!group.bars.empty()) groups.push_back(std::move(group));
  }
  if (!(most > 0)) return "";
  constexpr double kRow = 20;
  Box box{232, 4, 520, 0};
  const Scale x{0, most * 1.02, box.left, box.right()};
  std::string bars, description;
  for (const Group& group : groups) {
    bars += fmt::format("<text x='{:.0f}' y='{:.1f}' class='e'>{}</text>\n", box.left - 30, box.bottom() + 18,
                        text(title(group.metric)));
    for (const Bar& b : group.bars) {
      const double top = box.bottom() + 4;
      bars += fmt::format("<text x='{:.0f}' y='{:.1f}' class='l' fill='{}'>{}</text>\n", box.left - 18, top + 14,
                          variant_paint(b.variant), variant_mark(b.variant));
      bars += bar(x, b.value, top + 3, kRow - 6, variant_paint(b.variant));
      bars += fmt::format("<text x='{:.1f}' y='{:.1f}' class='n'>{} ms</text>\n", box.right() + 14, top + 14, b.said);
      description += fmt::format("{}{}, {}: {} ms", description.empty() ? "" : "; ", title(group.metric),
                                 e.variants[b.variant].name, b.said);
      box.height += kRow;
    }
    box.height += 8;
  }
  return picture(1000, box.bottom() + 22, "Latency of simulated services by variant", description,
                 x_axis(box, x, ticks(x), [](double v) { return tick_text(v) + " ms"; }) + bars);
}

}  // namespace feedloop
