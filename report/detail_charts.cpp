#include "report/detail_charts.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "report/line_chart.hpp"
#include "report/svg.hpp"
#include "report/tables.hpp"
#include "report/words.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

std::size_t index_of(const ExperimentReport& e, std::string_view variant) {
  const auto at = std::find_if(e.variants.begin(), e.variants.end(), [&](const auto& v) { return v.name == variant; });
  return static_cast<std::size_t>(at - e.variants.begin());
}

bool is_trusted(const ExperimentReport& e, std::string_view variant, std::string_view metric) {
  const EffectReport* x = find_effect(e, variant, metric);
  return !x || x->verdict != "do not trust";
}

// A share of units by variant over days, in per cent, from day `first` on.
template <class Curve>
std::string days_chart(const ExperimentReport& e, const std::vector<Curve>& curves, LineChart chart, double first) {
  chart.x = {first, first + 1};
  for (const Curve& c : curves) {
    ChartLine line{index_of(e, c.variant), {}, ""};
    std::string begins;
    for (std::size_t i = 0; i < c.day.size(); ++i) {
      if (c.day[i] < first || !std::isfinite(c.value[i])) continue;
      line.points.push_back({c.day[i], 100 * c.value[i], 100 * c.low[i], 100 * c.high[i]});
      const std::string now = fmt::format("{} on day {:g}", percent(c.value[i], 1), c.day[i]);
      line.said = begins.empty() ? now : begins + ", " + now;
      if (begins.empty()) begins = now;
      chart.x.high = std::max(chart.x.high, c.day[i]);
    }
    line.said = fmt::format("{}: {}", c.variant, line.said);
    chart.lines.push_back(std::move(line));
  }
  return curves.empty() ? "" : line_chart(std::move(chart));
}

}  // namespace

std::string effect_chart(const Report& r, const ExperimentReport& e, const EffectSeries& s) {
  if (s.day.empty() || !is_trusted(e, s.variant, s.metric)) return "";
  const MetricInfo m = metric_info(r.metrics, s.metric);
  const double z = normal_isf((1 - r.confidence) / 2);
  const int decimals = decimals_of_difference(m);
  ChartLine line{index_of(e, s.variant), {}, ""};
  for (std::size_t i = 0; i < s.day.size(); ++i) {
    const double effect = s.effect[i], half = z * s.se[i];
    if (!std::isfinite(effect)) continue;
    const Interval fixed{effect - half, effect + half}, outer{s.always_valid_low[i], s.always_valid_high[i]};
    line.points.push_back(
        {s.day[i], effect * m.scale, fixed.low * m.scale, fixed.high * m.scale, {outer.low * m.scale, outer.high * m.scale}});
    line.said = fmt::format("{} after day {:g}, {} {}, always valid {}", number(effect * m.scale, decimals, true), s.day[i],
                            confidence(r), interval(fixed, m.scale, decimals), interval(outer, m.scale, decimals));
  }
  return line_chart({.title = fmt::format("Effect of {} on {} over the days", s.variant, in_sentence(m)),
                     .x_label = "day",
                     .lines = {std::move(line)},
                     .x = {0, std::max(1.0, s.day.back())},
                     .at = {0}});
}

std::string tiers_chart(const Report& r, const ExperimentReport& e, const VariantReport& treatment) {
  constexpr double kRow = 22, kLeft = 232, kWidth = 520;
  struct Line {
    std::string name;
    double lift;
    Interval ci;
    bool whole, heading;
  };
  std::vector<Line> lines;
  Interval range{0, 0};
  for (const TierSummary& s : e.tier_summaries) {
    if (has_roles(r) && metric_info(r.metrics, s.metric).role != MetricRole::Decision) continue;
    if (s.variant != treatment.name || !std::isfinite(s.lift) || !is_trusted(e, s.variant, s.metric)) continue;
    lines.push_back({title(metric_info(r.metrics, s.metric)), kNoValue, {}, false, true});
    for (const TierEffect& t : e.tiers)
      if (t.variant == s.variant && t.metric == s.metric) lines.push_back({t.tier, t.lift, t.lift_ci, false, false});
    lines.push_back({"all, post-stratified", s.lift, s.lift_ci, true, false});
  }
  if (lines.empty()) return "";
  for (const Line& line : lines)
    for (const double v : {line.lift, line.ci.low, line.ci.high})
      if (std::isfinite(v)) range = {std::min(range.low, v), std::max(range.high, v)};
  const double margin = std::max(1e-6, (range.high - range.low) * 0.02);
  const Scale x{range.low - margin, range.high + margin, kLeft, kLeft + kWidth};
  Box box{kLeft, 4, kWidth, 0};
  std::string rows, description;
  for (const Line& line : lines) {
    const double y = box.bottom() + kRow / 2;
    box.height += kRow;
    rows += fmt::format("<text x='{:.0f}' y='{:.1f}' class='e{}'>{}</text>\n", kLeft - 12, y + 4, line.heading ? " l" : "",
                        escaped(clean(line.name)));
    if (line.heading) {
      description += fmt::format("{}{}: ", description.empty() ? "" : "; ", line.name);
      continue;
    }
    const std::string said = std::isfinite(line.lift)
                                 ? fmt::format("{} % {}", number(100 * line.lift, 1, true), interval(line.ci, 100, 1))
                                 : std::string("not enough data");
    if (std::isfinite(line.lift))
      rows += forest_row({line.lift, line.ci, {kNaN, kNaN}}, x, y, line.whole ? "var(--ink)" : "var(--dim)");
    rows += fmt::format("<text x='{:.0f}' y='{:.1f}' class='n'>{}</text>\n", box.right() + 14, y + 4, escaped(said));
    description += fmt::format("{}{} {}", description.ends_with(": ") ? "" : ", ", line.name, said);
  }
  const std::string axis =
      x_axis(box, x, ticks(x, 62), [](double v) { return v == 0 ? "0" : fmt::format("{:+.6g} %", v * 100); });
  const std::string zero = fmt::format("<path d='M{:.1f} {:.1f}V{:.1f}' class='z'/>\n", x(0), box.top, box.bottom());
  return picture(1000, box.bottom() + 22,
                 fmt::format("Lifts of {} against {} by activity before", treatment.name, e.variants.front().name), description,
                 axis + zero + rows);
}

std::string retention_chart(const ExperimentReport& e) {
  // On the day on which they entered all were there.
  return days_chart(e, e.retention,
                    {.title = "Share of units active on a day, by variant", .x_label = "day since they entered"}, 1);
}

std::string survival_chart(const ExperimentReport& e) {
  return days_chart(e, e.survival, {.title = "Share of units not lapsed, by variant", .x_label = "day since they entered"}, 0);
}

std::string lorenz_chart(const ExperimentReport& e) {
  LineChart chart{.title = "Lorenz curves of exposure by variant",
                  .x_label = "% of items, least shown first",
                  .x = {0, 100},
                  .y = {0, 100},
                  .diagonal = true};
  for (const LorenzCurve& c : e.lorenz) {
    ChartLine line{index_of(e, c.variant), {}, ""};
    double half = kNoValue;
    for (std::size_t i = 0; i < c.items.size(); ++i) {
      line.points.push_back({100 * c.items[i], 100 * c.impressions[i]});
      if (c.items[i] <= 0.5) half = c.impressions[i];
    }
    line.said = fmt::format("{}: the least shown half of the items takes {} of impressions", c.variant, percent(half, 1));
    chart.lines.push_back(std::move(line));
  }
  return e.lorenz.empty() ? "" : line_chart(std::move(chart));
}

}  // namespace feedloop
