#include "report/tables.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "report/words.hpp"

namespace feedloop {
namespace {

const MetricValue* find_value(const VariantReport& v, std::string_view metric) {
  for (const MetricValue& m : v.metrics)
    if (m.name == metric) return &m;
  return nullptr;
}

// "+0.012 [+0.001, +0.023]": a difference of values of a whole variant from control's.
std::string group_difference(const ExperimentReport& e, std::string_view variant, const MetricInfo& m) {
  const EffectReport* x = find_effect(e, variant, m.name);
  if (!x || std::isnan(x->effect)) return std::string(kMissing);
  const std::string effect = number(x->effect * m.scale, decimals_of_difference(m), true);
  return std::isnan(x->ci.low) ? effect : effect + " " + interval(x->ci, m.scale, decimals_of_difference(m));
}

Table plain_table(std::string_view heading, bool serving, const Report& r, const ExperimentReport& e) {
  Table table{{Align::Left}, {{{{std::string(heading)}}}}};
  std::vector<std::string> compared;  // treatments
  for (const VariantReport& v : e.variants) {
    table.rows[0].cells.push_back({clean(v.name)});
    table.align.push_back(Align::Right);
    if (!serving &&
        std::any_of(e.group_effects.begin(), e.group_effects.end(), [&](const EffectReport& x) { return x.variant == v.name; }))
      compared.push_back(v.name);
  }
  for (const std::string& name : compared) {
    table.rows[0].cells.push_back({compared.size() == 1 ? "Difference" : clean(name) + "\nless control"});
    table.align.push_back(Align::Right);
  }
  for (const MetricInfo& m : metrics_of(r, e)) {
    if (is_compared(e, m) || is_serving(m) != serving) continue;
    Row row{{{with_unit(m, m.unit)}}};
    for (const VariantReport& v : e.variants) row.cells.push_back({value_text(v, m), m.needs_truth ? Ink::Truth : Ink::Plain});
    for (const std::string& name : compared) row.cells.push_back({group_difference(e, name, m)});
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

const EffectReport* find_effect(const ExperimentReport& e, std::string_view variant, std::string_view metric) {
  for (const auto* effects : {&e.effects, &e.group_effects})
    for (const EffectReport& x : *effects)
      if (x.variant == variant && x.metric == metric) return &x;
  return nullptr;
}

bool is_judged(const EffectReport* x, const TruthReport& t) {
  return x && !std::isnan(x->ci.low) && !std::isnan(x->ci.high) && !std::isnan(t.effect);
}

bool has_roles(const Report& r) {
  return std::any_of(r.metrics.begin(), r.metrics.end(), [](const MetricInfo& m) { return m.role != MetricRole::Diagnostic; });
}

std::vector<MetricInfo> metrics_of(const Report& r, const ExperimentReport& e) {
  std::vector<MetricInfo> all;
  const auto add = [&](std::string_view name) {
    if (std::none_of(all.begin(), all.end(), [&](const MetricInfo& m) { return m.name == name; }))
      all.push_back(metric_info(r.metrics, name));
  };
  const bool roles = has_roles(r);
  const auto held = [&](const MetricInfo& m) {
    if (roles && m.role == MetricRole::Diagnostic &&
        std::all_of(e.variants.begin(), e.variants.end(), [&](const VariantReport& v) {
          const MetricValue* x = find_value(v, m.name);
          return x && x->n == 0;
        }))
      return false;
    return std::any_of(e.variants.begin(), e.variants.end(), [&](const VariantReport& v) { return find_value(v, m.name); }) ||
           std::any_of(e.effects.begin(), e.effects.end(), [&](const EffectReport& x) { return x.metric == m.name; });
  };
  const auto described = [&](std::string_view name) {
    return std::any_of(r.metrics.begin(), r.metrics.end(), [&](const MetricInfo& m) { return m.name == name; });
  };
  for (const MetricInfo& m : r.metrics)
    if (held(m)) add(m.name);
  for (const VariantReport& v : e.variants)
    for (const MetricValue& m : v.metrics)
      if (!described(m.name)) add(m.name);
  for (const EffectReport& x : e.effects)
    if (!described(x.metric)) add(x.metric);
  std::stable_sort(all.begin(), all.end(), [](const MetricInfo& a, const MetricInfo& b) { return a.role < b.role; });
  return all;
}

bool is_compared(const ExperimentReport& e, const MetricInfo& m) {
  if (m.of_variant) return false;
  for (const EffectReport& x : e.effects)
    if (x.metric == m.name) return true;
  for (const VariantReport& v : e.variants)
    if (const MetricValue* x = find_value(v, m.name); x && !std::isnan(x->se)) return true;
  return false;
}

bool is_serving(const MetricInfo& m) { return m.name.starts_with("serving_"); }

Table variants_table(const ExperimentReport& e) {
  std::vector<Row> rows{{{{"Variant"}, {"Planned share"}, {"Units"}, {"Requests"}, {"Impressions"}}}};
  for (const VariantReport& v : e.variants) {
    const double share_pct = v.share * 100;
    rows.push_back({{{clean(v.name), Ink::Bold},
                     {percent(v.share, share_pct == std::floor(share_pct) ? 0 : 1)},
                     {number(v.units)},
                     {number(v.requests)},
                     {number(v.impressions)}}});
  }
  return {{Align::Left, Align::Right, Align::Right, Align::Right, Align::Right}, std::move(rows)};
}

Table effects_table(const Report& r, const ExperimentReport& e, AlwaysValidInterval always_valid) {
  const bool wide = always_valid == AlwaysValidInterval::Show;
  std::vector<Row> rows{
      {{{"Metric"}, {"Value"}, {"Lift"}, {confidence(r)}, {"p"}, {"Adjusted p"}, {"Always-\nvalid p"}, {"Verdict"}}}};
  if (wide) rows[0].cells.insert(rows[0].cells.begin() + 4, {"Always-valid interval\nof the difference"});
  for (const MetricInfo& m : metrics_of(r, e)) {
    if (!is_compared(e, m)) continue;
    std::string hint = m.better == Direction::LowerIsBetter ? ", lower is better" : "";
    if (m.role == MetricRole::Decision) hint += " · decides";
    if (m.role == MetricRole::Guardrail) hint += " · guardrail";
    const MetricValue* control = e.variants.empty() ? nullptr : find_value(e.variants.front(), m.name);
    if (control && !std::isnan(control->design_effect)) hint += fmt::format(" · design effect {:.1f}", control->design_effect);
    rows.push_back({{{with_unit(m, m.unit) + hint, Ink::Bold}}, true});
    for (const VariantReport& v : e.variants) {
      Row row{{{"  " + clean(v.name)}, {value_text(v, m)}}};
      if (const EffectReport* x = find_effect(e, v.name, m.name)) {
        const bool trusted = x->verdict != "do not trust";
        const auto add = [&](std::string text) { row.cells.push_back({trusted ? std::move(text) : std::string(kMissing)}); };
        row.cells.push_back(trusted ? Cell{lift(*x)} : Cell{"⚠", Ink::Doubt});
        add(lift_interval(*x));
        if (wide) add(interval(x->sequential.ci, m.scale, decimals_of_difference(m)));
        for (const double p : {x->p, x->adjusted_p, x->sequential.p}) add(p_value(p));
        row.cells.push_back(verdict(x->verdict));
      }
      rows.push_back(std::move(row));
    }
  }
  std::vector<Align> align(rows[0].cells.size(), Align::Right);
  align.front() = align.back() = Align::Left;
  return {std::move(align), std::move(rows)};
}

Table exposure_table(const Report& r, const ExperimentReport& e) { return plain_table("Exposure", false, r, e); }
Table serving_table(const Report& r, const ExperimentReport& e) { return plain_table("Simulated services", true, r, e); }

Table truth_table(const Report& r, const ExperimentReport& e, Spillover spillover) {
  const bool wide = spillover == Spillover::Show;
  const bool several = e.variants.size() > 2;
  std::vector<Row> rows{
      {{{"Truth"}, {"Estimate"}, {confidence(r)}, {"True\neffect"}, {"Its\ns.e."}, {"Bias"}, {"Interval\nholds it"}}}};
  if (wide) rows[0].cells.insert(rows[0].cells.end() - 1, {{"Spillover\non treated"}, {"Spillover\non control"}});
  for (const TruthReport& t : e.truth) {
    const MetricInfo m = metric_info(r.metrics, t.metric);
    const EffectReport* x = find_effect(e, t.variant, t.metric);
    const bool has_interval = is_judged(x, t);
    const int decimals = decimals_of_difference(m);
    const auto signed_number = [&](double v) { return number(v * m.scale, decimals, true); };
    const std::string name = with_unit(m, unit_of_difference(m)) + (several ? ", " + clean(t.variant) : "");
    rows.push_back({{{name},
                     {x ? signed_number(x->effect) : std::string(kMissing)},
                     {x ? interval(x->ci, m.scale, decimals) : std::string(kMissing)},
                     {signed_number(t.effect), Ink::Truth},
                     {number(t.se * m.scale, decimals)},
                     {signed_number(t.bias)},
                     {!has_interval ? std::string(kMissing)
                      : t.covered   ? "yes"
                                    : "no",
                      t.covered ? Ink::Plain : Ink::Doubt}}});
    if (wide)
      rows.back().cells.insert(rows.back().cells.end() - 1,
                               {{signed_number(t.spill_on_treated)}, {signed_number(t.spill_on_control)}});
  }
  std::vector<Align> align(rows[0].cells.size(), Align::Right);
  align.front() = align.back() = Align::Left;
  return {std::move(align), std::move(rows)};
}

}  // namespace feedloop
