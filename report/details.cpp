#include "report/details.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/words.hpp"

namespace feedloop {
namespace {

constexpr int kLiftDecimals = 1;

bool trusted(const ExperimentReport& e, std::string_view variant, std::string_view metric) {
  const EffectReport* x = find_effect(e, variant, metric);
  return !x || x->verdict != "do not trust";
}

std::string lift_text(double lift) {
  return std::isnan(lift) ? std::string(kMissing) : number(100 * lift, kLiftDecimals, true) + " %";
}

// "watch time", or "watch time of some" where there are several treatments.
std::string of_treatment(const Report& r, const ExperimentReport& e, std::string_view variant, std::string_view metric) {
  const std::string name = in_sentence(metric_info(r.metrics, metric));
  return e.variants.size() > 2 ? fmt::format("{} of {}", name, clean(variant)) : name;
}

std::string row_name(const Report& r, const ExperimentReport& e, std::string_view variant, std::string_view metric) {
  const std::string name = title(metric_info(r.metrics, metric));
  return e.variants.size() > 2 ? fmt::format("{}, {}", name, clean(variant)) : name;
}

std::vector<Align> right_after_first(std::size_t columns) {
  std::vector<Align> align(columns, Align::Right);
  align.front() = Align::Left;
  return align;
}

std::string p_words(double p) {
  const std::string s = p_value(p);
  return s.starts_with('<') ? "p " + s : "p = " + s;
}

Cell scopes_text(const ExperimentReport& e) {
  std::vector<std::string> unhealthy;
  std::int64_t judged = 0, few = 0;
  for (const SrmReport& s : e.srm) {
    if (s.scope == "all" || s.scope == "triggered") continue;
    if (s.state == "unhealthy") unhealthy.push_back(fmt::format("{} ({})", clean(s.scope), p_words(s.p)));
    (s.state == "not enough traffic" ? few : judged) += 1;
  }
  if (judged + few == 0) return {""};
  const std::string checked = fmt::format("Sample ratio by day of entry, tier and device: {}{}", plural(judged, "part"),
                                          few > 0 ? fmt::format(", and {} with too few units to tell", few) : "");
  if (unhealthy.empty()) return {checked + "; none unhealthy."};
  return {fmt::format("⚠ {}; unhealthy: {}.", checked, enumerate(unhealthy)), Ink::Doubt};
}

std::string looks_text(const Report& r, const ExperimentReport& e, const GroupSequentialReport& g) {
  const auto crossed = [](double day) {
    return std::isnan(day) ? std::string("not crossed") : fmt::format("crossed on day {:g}", day);
  };
  return fmt::format(
      "{} at {}: a fixed-horizon p read at each would find a difference where there is none {} of the time. O'Brien-Fleming's "
      "boundary is {}, Pocock's {}, the always-valid one ({}) {}.",
      plural(static_cast<std::int64_t>(g.day.size()), "look"), of_treatment(r, e, g.variant, g.metric),
      percent(g.peeking_error), crossed(g.obrien_fleming_day), crossed(g.pocock_day), clean(g.sequential),
      crossed(g.always_valid_day));
}

std::string power_text(const Report& r, const ExperimentReport& e, const PowerReached& p) {
  std::string more;
  if (p.more_days > 0)
    more = std::isinf(p.more_days) ? ", and no more days would do"
                                   : fmt::format("; 80 % needs {} more days", number(p.more_days, 0));
  return fmt::format("Power in {}: {} for a lift of {:g} %{}. With 80 % it finds lifts from {} % on.",
                     of_treatment(r, e, p.variant, p.metric), percent(p.power), 100 * p.lift, more,
                     number(100 * p.smallest, 1));
}

}  // namespace

Table adjusted_table(const Report& r, const ExperimentReport& e) {
  const bool regression = !e.adjusted.empty() && e.adjusted[0].method == "regression";
  Table t{right_after_first(6),
          {{{{fmt::format("Adjusted by the past ({})", regression ? "regression" : "CUPED")},
             {"Lift"},
             {confidence(r)},
             {"p"},
             {"Variance\nremoved"},
             {"Balance\np"}}}}};
  for (const AdjustedEffect& a : e.adjusted) {
    if (const EffectReport* plain = find_effect(e, a.variant, a.metric);
        std::isnan(a.effect) && (!plain || std::isnan(plain->effect)))
      continue;
    const bool show = trusted(e, a.variant, a.metric);
    const auto cell = [&](std::string s) { return Cell{show ? std::move(s) : std::string(kMissing)}; };
    const std::string by =
        a.covariate == a.metric ? "" : fmt::format(", by {}", in_sentence(metric_info(r.metrics, a.covariate)));
    t.rows.push_back({{{row_name(r, e, a.variant, a.metric) + by},
                       std::isnan(a.effect) ? Cell{clean(a.state)} : cell(lift_text(a.lift)),
                       cell(interval(a.lift_ci, 100, kLiftDecimals)),
                       cell(p_value(a.p)),
                       {percent(a.variance_removed)},
                       {p_value(a.balance_p)}}});
  }
  return t;
}

Table tiers_table(const Report& r, const ExperimentReport& e) {
  Table t{right_after_first(4), {{{{"By activity before"}, {"Units"}, {"Lift"}, {confidence(r)}}}}};
  for (const TierSummary& s : e.tier_summaries) {
    if (std::isnan(s.effect)) continue;
    const bool show = trusted(e, s.variant, s.metric);
    const auto cell = [&](std::string x) { return Cell{show ? std::move(x) : std::string(kMissing)}; };
    const std::string q = std::isnan(s.p) || !show ? "" : fmt::format(" · do tiers differ: {}", p_words(s.p));
    t.rows.push_back({{{row_name(r, e, s.variant, s.metric) + q, Ink::Bold}}, true});
    for (const TierEffect& x : e.tiers)
      if (x.variant == s.variant && x.metric == s.metric)
        t.rows.push_back({{{"  " + clean(x.tier)},
                           {number(x.control_units + x.treatment_units)},
                           cell(lift_text(x.lift)),
                           cell(interval(x.lift_ci, 100, kLiftDecimals))}});
    t.rows.push_back(
        {{{"  all, post-stratified"}, {""}, cell(lift_text(s.lift)), cell(interval(s.lift_ci, 100, kLiftDecimals))}});
  }
  return t;
}

Table belief_table(const Report& r, const ExperimentReport& e) {
  Table t{right_after_first(6),
          {{{{"Belief"},
             {"Lift"},
             {fmt::format("{:g} %\ncredible", 100 * r.confidence)},
             {"Chance\nto win"},
             {"Loss if\nshipped"},
             {"Loss if\nkept"}}}}};
  for (const PosteriorReport& p : e.posteriors) {
    if (std::isnan(p.lift) || !trusted(e, p.variant, p.metric)) continue;
    t.rows.push_back({{{row_name(r, e, p.variant, p.metric)},
                       {lift_text(p.lift)},
                       {interval(p.lift_ci, 100, kLiftDecimals)},
                       {percent(p.chance_to_win, 1)},
                       {percent(p.loss_ship, 2)},
                       {percent(p.loss_keep, 2)}}});
  }
  return t;
}

Table quantiles_table(const Report& r, const ExperimentReport& e) {
  Table t{right_after_first(6),
          {{{{"Quantiles over units"}, {"Control"}, {"Treatment"}, {"Difference"}, {confidence(r)}, {"p"}}}}};
  for (const QuantileEffect& q : e.quantiles) {
    if (std::isnan(q.effect) || !trusted(e, q.variant, q.metric)) continue;
    const MetricInfo m = metric_info(r.metrics, q.metric);
    t.rows.push_back({{{fmt::format("{}, {}", row_name(r, e, q.variant, q.metric),
                                    q.level == 0.5 ? "median" : fmt::format("{:g} %", 100 * q.level))},
                       {number(q.control * m.scale, m.decimals)},
                       {number(q.treatment * m.scale, m.decimals)},
                       {number(q.effect * m.scale, decimals_of_difference(m), true)},
                       {interval(q.ci, m.scale, decimals_of_difference(m))},
                       {p_value(q.p)}}});
  }
  return t;
}

Table staying_table(const ExperimentReport& e) {
  std::vector<double> days;
  for (const double day : {1.0, 3.0, 7.0, 14.0, 30.0, 60.0, 90.0})
    if (std::any_of(e.retention.begin(), e.retention.end(),
                    [&](const RetentionCurve& c) { return !c.day.empty() && c.day.back() >= day; }))
      days.push_back(day);
  if (days.empty()) return {};
  Table t{right_after_first(days.size() + 1), {{{{"Active on day"}}}}};
  for (const double day : days) t.rows[0].cells.push_back({number(day, 0)});
  for (const RetentionCurve& c : e.retention) {
    Row row{{{clean(c.variant), Ink::Bold}}};
    for (const double day : days) {
      const auto at = std::find(c.day.begin(), c.day.end(), day);
      row.cells.push_back(
          {at == c.day.end() ? std::string(kMissing) : percent(c.value[static_cast<std::size_t>(at - c.day.begin())], 1)});
    }
    t.rows.push_back(std::move(row));
  }
  return t;
}

std::string lapse_text(const ExperimentReport& e) {
  std::vector<std::string> all;
  for (const SurvivalReport& s : e.survival)
    if (!s.day.empty()) all.push_back(fmt::format("{} of {}", percent(1 - s.value.back(), 1), clean(s.variant)));
  if (all.empty()) return "";
  const SurvivalReport& first = e.survival.front();
  const double until = first.day.empty() ? kNoValue : first.day.back();
  return fmt::format("Lapsed within {} days, no visit for {} days after: {}{}.", number(until, 0), number(first.lapse_days, 0),
                     enumerate(all), std::isnan(first.p) ? "" : fmt::format(" (log-rank {})", p_words(first.p)));
}

std::string surrogate_text(const ExperimentReport& e) {
  std::string all;
  for (const SurrogateReport& s : e.surrogates) {
    if (std::isnan(s.predicted)) continue;
    const auto points = [](double x) { return number(100 * x, 2, true); };
    all +=
        fmt::format("{}Coming back in the {} days after the first {}, by the surrogate index of these (R² {}): {}{} points, {}",
                    all.empty() ? "" : " ", number(s.days, 0), number(s.days, 0), number(s.r2, 2),
                    e.variants.size() > 2 ? clean(s.variant) + " " : "", points(s.predicted), p_words(s.p));
    if (!std::isnan(s.observed)) all += fmt::format("; observed {} ± {}", points(s.observed), number(196 * s.observed_se, 2));
    if (!std::isnan(s.truth)) all += fmt::format("; in truth {}", points(s.truth));
    all += ".";
  }
  return all;
}

std::vector<Cell> health_texts(const Report& r, const ExperimentReport& e) {
  std::vector<Cell> out;
  if (Cell scopes = scopes_text(e); !scopes.text.empty()) out.push_back(std::move(scopes));
  for (const PowerReached& p : e.power)
    if (!std::isnan(p.power)) out.push_back({power_text(r, e, p)});
  for (const GroupSequentialReport& g : e.group_sequential)
    if (!g.day.empty() && trusted(e, g.variant, g.metric)) out.push_back({looks_text(r, e, g)});
  std::vector<std::string> steady;
  for (const NoveltyReport& n : e.novelty) {
    if (n.state == "not enough data" || !trusted(e, n.variant, n.metric)) continue;
    const std::string name = of_treatment(r, e, n.variant, n.metric);
    if (n.state == "steady") {
      steady.push_back(name);
      continue;
    }
    const MetricInfo m = metric_info(r.metrics, n.metric);
    const auto value = [&](double x) { return number(x * m.scale, decimals_of_difference(m), true); };
    out.push_back({fmt::format("⚠ The effect on {} {}: {} before day {:g}, {} after ({}).", name, n.state, value(n.early),
                               n.split_day, value(n.late), p_words(n.p)),
                   Ink::Doubt});
  }
  if (!steady.empty()) out.push_back({fmt::format("No sign that the effect fades or grows in {}.", enumerate(steady))});
  return out;
}

}  // namespace feedloop
