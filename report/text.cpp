#include "report/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "report/page.hpp"
#include "report/words.hpp"

namespace feedloop {
namespace {

constexpr std::string_view kNotEnough = "not enough data";

// ---- numbers ------------------------------------------------------------------------------------------------------

std::string p_value(double p) {
  if (std::isnan(p)) return std::string(kNone);
  if (p >= 1e-4) return fmt::format("{:.4f}", p);
  if (p >= 1e-10) return "< 0.0001";
  return p > 0 ? fmt::format("{:.0e}", p) : "< 1e-300";
}

std::string p_equals(double p) {  // for sentences
  const std::string s = p_value(p);
  return s.starts_with('<') ? "p " + s : "p = " + s;
}

int lift_decimals(const EffectReport& e) { return (e.lift_ci.high - e.lift_ci.low) < 0.005 ? 2 : 1; }

std::string lift(const EffectReport& e) {
  return std::isnan(e.lift) ? std::string(kNone) : number(e.lift * 100, lift_decimals(e), true) + " %";
}

std::string lift_interval(const EffectReport& e) { return interval(e.lift_ci, 100, lift_decimals(e)); }

// ---- words --------------------------------------------------------------------------------------------------------

Cell verdict(std::string_view v) {
  if (v == "better") return {"▲ Better", Ink::Good};
  if (v == "worse") return {"▼ Worse", Ink::Bad};
  if (v == "changed") return {"◆ Changed", Ink::Bold};
  if (v == "no clear difference") return {"● No clear difference"};
  if (v == "do not trust") return {"⚠ Do not trust", Ink::Doubt};
  if (v == "not enough data" || v.empty()) return {"◌ Not enough data", Ink::Dim};
  return {clean(v)};
}

std::string confidence(const Report& r) { return fmt::format("{:g} % interval", r.confidence * 100); }

const MetricValue* find_value(const VariantReport& v, std::string_view metric) {
  for (const MetricValue& m : v.metrics)
    if (m.name == metric) return &m;
  return nullptr;
}

const EffectReport* find_effect(const ExperimentReport& e, std::string_view variant, std::string_view metric) {
  for (const EffectReport& x : e.effects)
    if (x.variant == variant && x.metric == metric) return &x;
  return nullptr;
}

std::string value_text(const VariantReport& v, const MetricInfo& m) {
  const MetricValue* x = find_value(v, m.name);
  return x ? number(x->value * m.scale, m.decimals) : std::string(kNone);
}

// Metrics in the registry's order, then whatever else a variant has.
std::vector<MetricInfo> metrics_of(const Report& r, const ExperimentReport& e) {
  std::vector<MetricInfo> all;
  const auto add = [&](std::string_view name) {
    if (std::none_of(all.begin(), all.end(), [&](const MetricInfo& m) { return m.name == name; }))
      all.push_back(info_of(r.metrics, name));
  };
  const auto held = [&](const MetricInfo& m) {
    return std::any_of(e.variants.begin(), e.variants.end(), [&](const VariantReport& v) { return find_value(v, m.name); }) ||
           std::any_of(e.effects.begin(), e.effects.end(), [&](const EffectReport& x) { return x.metric == m.name; });
  };
  for (const MetricInfo& m : r.metrics)
    if (held(m)) add(m.name);
  for (const VariantReport& v : e.variants)
    for (const MetricValue& m : v.metrics) add(m.name);
  for (const EffectReport& x : e.effects) add(x.metric);
  return all;
}

// A metric that was compared, or has an error model; the others describe concentration of exposure, and serving.
bool is_compared(const ExperimentReport& e, const MetricInfo& m) {
  for (const EffectReport& x : e.effects)
    if (x.metric == m.name) return true;
  for (const VariantReport& v : e.variants)
    if (const MetricValue* x = find_value(v, m.name); x && !std::isnan(x->se)) return true;
  return false;
}

// ---- parts of the page --------------------------------------------------------------------------------------------

void header(Page& page, const Report& r) {
  page.line("Feedloop report: " + clean(r.scenario), Ink::Bold);
  if (!r.question.empty()) page.prose(r.question);
  page.blank();
  page.prose(
      fmt::format("{} and {} at the start; {} of warm-up, then {} of experiment; seed {}. The experiment served {} with {}.",
                  plural(r.users, "user"), plural(r.items, "item"), plural(r.warmup_days, "day"), plural(r.days, "day"), r.seed,
                  plural(r.requests, "request"), plural(r.impressions, "impression")));
}

std::string summary(const Report& r, const ExperimentReport& e, const VariantReport& control, const VariantReport& treatment) {
  std::vector<std::string> better, worse, changed, same, unknown;
  bool distrusted = false;
  for (const EffectReport& x : e.effects) {
    if (x.variant != treatment.name) continue;
    const std::string name = in_sentence(info_of(r.metrics, x.metric));
    const std::string with_lift = std::isnan(x.lift) ? name : fmt::format("{} ({} {})", name, lift(x), lift_interval(x));
    if (x.verdict == "better")
      better.push_back(with_lift);
    else if (x.verdict == "worse")
      worse.push_back(with_lift);
    else if (x.verdict == "changed")
      changed.push_back(with_lift);
    else if (x.verdict == "no clear difference")
      same.push_back(name);
    else if (x.verdict == "do not trust")
      distrusted = true;
    else
      unknown.push_back(name);
  }
  const std::string start = fmt::format("Against {}, {} ", control.name, treatment.name);
  if (distrusted) return start + "must not be judged: do not trust the effects before the warnings below are explained.";
  std::string clear;
  for (const auto& [word, names] : {std::pair("better", &better), std::pair("worse", &worse), std::pair("different", &changed)})
    if (!names->empty()) clear += fmt::format("{}{} in {}", clear.empty() ? "is " : ", ", word, enumerate(*names));
  std::string text = start;
  if (!clear.empty()) {
    text += clear;
    if (!same.empty()) text += "; no clear difference in " + enumerate(same);
    if (!unknown.empty()) text += fmt::format("; {} for {}", kNotEnough, enumerate(unknown));
  } else if (!same.empty()) {
    text += "shows no clear difference in " + enumerate(same);
    if (!unknown.empty()) text += fmt::format("; {} for {}", kNotEnough, enumerate(unknown));
  } else {
    text += fmt::format("has {} for a verdict", kNotEnough);
  }
  return text + ".";
}

void variants_table(Page& page, const ExperimentReport& e) {
  std::vector<Row> rows{{{{"Variant"}, {"Planned share"}, {"Units"}, {"Requests"}, {"Impressions"}}}};
  for (const VariantReport& v : e.variants) {
    const double share_pct = v.share * 100;
    rows.push_back({{{clean(v.name), Ink::Bold},
                     {percent(v.share, share_pct == std::floor(share_pct) ? 0 : 1)},
                     {number(v.units)},
                     {number(v.requests)},
                     {number(v.impressions)}}});
  }
  page.table({Align::Left, Align::Right, Align::Right, Align::Right, Align::Right}, rows);
}

void srm_line(Page& page, const SrmReport& s) {
  const std::string scope = s.scope == "all" || s.scope.empty() ? "" : fmt::format(" ({})", s.scope);
  const std::string test = std::isnan(s.chi2) || std::isnan(s.p)
                               ? ""
                               : fmt::format(", χ² = {} with {} of freedom, {}", number(s.chi2, 2),
                                             s.df == 1 ? "1 degree" : number(s.df, 0) + " degrees", p_equals(s.p));
  if (s.state == "unhealthy")
    page.prose(fmt::format("⚠ Sample ratio{}: unhealthy{}. The units did not split as planned; do not trust the effects.",
                           scope, test),
               2, 4, Ink::Doubt);
  else if (s.state == "healthy")
    page.prose(fmt::format("Sample ratio{}: healthy{}. The units split as planned.", scope, test), 2, 2);
  else
    page.prose(fmt::format("Sample ratio{}: {}{}. Too few units to tell whether they split as planned.", scope, s.state, test),
               2, 2);
}

void effects_table(Page& page, const Report& r, const ExperimentReport& e, const std::vector<MetricInfo>& metrics) {
  std::vector<Row> rows{
      {{{"Metric"}, {"Value"}, {"Lift"}, {confidence(r)}, {"p"}, {"Holm p"}, {"Always-\nvalid p"}, {"Verdict"}}}};
  for (const MetricInfo& m : metrics) {
    if (!is_compared(e, m)) continue;
    const std::string hint = m.better == Direction::LowerIsBetter ? ", lower is better" : "";
    rows.push_back({{{with_unit(m, m.unit) + hint, Ink::Bold}}, true});
    for (const VariantReport& v : e.variants) {
      Row row{{{"  " + clean(v.name)}, {value_text(v, m)}}};
      if (const EffectReport* x = find_effect(e, v.name, m.name)) {
        if (x->verdict == "do not trust")
          row.cells.insert(
              row.cells.end(),
              {{"⚠", Ink::Doubt}, {std::string(kNone)}, {std::string(kNone)}, {std::string(kNone)}, {std::string(kNone)}});
        else
          row.cells.insert(
              row.cells.end(),
              {{lift(*x)}, {lift_interval(*x)}, {p_value(x->p)}, {p_value(x->adjusted_p)}, {p_value(x->sequential.p)}});
        row.cells.push_back(verdict(x->verdict));
      }
      rows.push_back(std::move(row));
    }
  }
  if (rows.size() == 1) return;
  page.blank();
  page.table({Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right, Align::Left},
             rows);
}

// The metrics without an error model: those of serving, or the others.
void plain_table(Page& page, std::string_view heading, bool serving, const ExperimentReport& e,
                 const std::vector<MetricInfo>& metrics) {
  std::vector<Row> rows{{{{std::string(heading)}}}};
  std::vector<Align> align{Align::Left};
  for (const VariantReport& v : e.variants) {
    rows[0].cells.push_back({clean(v.name)});
    align.push_back(Align::Right);
  }
  for (const MetricInfo& m : metrics) {
    if (is_compared(e, m) || m.name.starts_with("serving_") != serving) continue;
    Row row{{{with_unit(m, m.unit)}}};
    for (const VariantReport& v : e.variants) row.cells.push_back({value_text(v, m)});
    rows.push_back(std::move(row));
  }
  if (rows.size() == 1) return;
  page.blank();
  page.table(align, rows);
}

void truth_table(Page& page, const Report& r, const ExperimentReport& e) {
  if (e.truth.empty()) return;
  const bool several = e.variants.size() > 2;
  std::vector<Row> rows{
      {{{"Truth"}, {"Estimate"}, {confidence(r)}, {"True\neffect"}, {"Its\ns.e."}, {"Bias"}, {"Interval\nholds it"}}}};
  int covered = 0, judged = 0;
  for (const TruthReport& t : e.truth) {
    const MetricInfo m = info_of(r.metrics, t.metric);
    const EffectReport* x = find_effect(e, t.variant, t.metric);
    const bool has_interval = x && !std::isnan(x->ci.low) && !std::isnan(x->ci.high) && !std::isnan(t.effect);
    judged += has_interval;
    covered += has_interval && t.covered;
    const int decimals = m.decimals + 1;  // effects are an order below the values
    const auto signed_number = [&](double v) { return number(v * m.scale, decimals, true); };
    const std::string name = with_unit(m, unit_of_difference(m)) + (several ? ", " + clean(t.variant) : "");
    rows.push_back({{{name},
                     {x ? signed_number(x->effect) : std::string(kNone)},
                     {x ? interval(x->ci, m.scale, decimals) : std::string(kNone)},
                     {signed_number(t.effect), Ink::Truth},
                     {number(t.se * m.scale, decimals)},
                     {signed_number(t.bias)},
                     {!has_interval ? std::string(kNone)
                      : t.covered   ? "yes"
                                    : "no",
                      t.covered ? Ink::Plain : Ink::Doubt}}});
  }
  page.blank();
  page.prose(fmt::format(
                 "The truth: what a launch to everybody would have done, from worlds forked at the experiment's start with the "
                 "same luck. {} of {} hold the true effect.",
                 covered, plural(judged, "interval")),
             2, 2, Ink::Truth);
  page.table({Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right, Align::Left}, rows);
}

void experiment(Page& page, const Report& r, const ExperimentReport& e) {
  page.blank();
  page.line(fmt::format("Experiment {}{}", clean(e.layer), e.design.empty() ? "" : " · " + clean(e.design)), Ink::Bold);
  if (e.variants.empty()) return page.prose("It has no variants.", 2, 2);
  for (std::size_t i = 1; i < e.variants.size(); ++i) page.prose(summary(r, e, e.variants[0], e.variants[i]), 2, 2);
  page.blank();
  variants_table(page, e);
  for (const SrmReport& s : e.srm) srm_line(page, s);
  const std::vector<MetricInfo> metrics = metrics_of(r, e);
  effects_table(page, r, e, metrics);
  plain_table(page, "Exposure", false, e, metrics);
  plain_table(page, "Simulated services", true, e, metrics);
  truth_table(page, r, e);
}

void warnings(Page& page, const Report& r) {
  if (r.warnings.empty()) return;
  page.blank();
  page.line("Warnings", Ink::Bold);
  for (const Warning& w : r.warnings) page.prose(fmt::format("⚠ {} ({})", w.text, w.code), 2, 4, Ink::Doubt);
}

void footer(Page& page, const Report& r) {
  page.blank();
  page.prose(fmt::format("Speed: {} requests/s, {} s of wall time, {}{}, {} MiB of memory at the peak.",
                         number(r.run.requests_per_s, 0), number(r.run.wall_s, 1), plural(r.run.threads, "thread"),
                         r.run.ranks > 1 ? " on each of " + plural(r.run.ranks, "rank") : "", number(r.run.peak_mib, 0)));
  page.prose(fmt::format("Between epochs, where models learn: {} of the time; the longest night took {} s.",
                         percent(r.run.serial_share), number(r.run.longest_pause_s, 2)));
  std::vector<std::string> stages;
  for (const StageLatency& s : r.run.latency)
    stages.push_back(
        fmt::format("{} {} (p50 {} µs, p99 {} µs)", s.stage, percent(s.share), number(s.p50_us, 1), number(s.p99_us, 1)));
  if (!stages.empty()) page.prose("Time by stage: " + enumerate(stages) + ".");
  page.prose(fmt::format("Signature {} (scenario {}, commit {}, {})",
                         r.signature.empty() ? kNone : std::string_view(r.signature), r.provenance.scenario_hash,
                         r.provenance.commit, r.provenance.compiler));
}

}  // namespace

std::string text_report(const Report& report, TextStyle style) {
  style.width = std::max(style.width, 40);
  Page page(style);
  header(page, report);
  for (const ExperimentReport& e : report.experiments) experiment(page, report, e);
  warnings(page, report);
  footer(page, report);
  return page.take();
}

}  // namespace feedloop
