#include "report/words.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "report/tables.hpp"

namespace feedloop {
namespace {

constexpr std::string_view kNotEnough = "not enough data";

std::string p_equals(double p) {  // for sentences
  const std::string s = p_value(p);
  return s.starts_with('<') ? "p " + s : "p = " + s;
}

int lift_decimals(const EffectReport& e) { return (e.lift_ci.high - e.lift_ci.low) < 0.005 ? 2 : 1; }

}  // namespace

std::string number(std::int64_t n) { return grouped(fmt::format("{}", n)); }

std::string number(double x, int decimals, bool with_sign) {
  if (std::isnan(x)) return std::string(kMissing);
  if (std::isinf(x)) return x > 0 ? (with_sign ? "+∞" : "∞") : "-∞";
  if (std::abs(x) >= 1e15) return with_sign ? fmt::format("{:+.3g}", x) : fmt::format("{:.3g}", x);
  std::string s = fmt::format("{:.{}f}", x, std::clamp(decimals, 0, 12));
  // What rounds to zero has no sign.
  if (s.find_first_of("123456789") == std::string::npos) return s[0] == '-' ? s.substr(1) : s;
  s = grouped(std::move(s));
  return with_sign && x > 0 ? "+" + s : s;
}

std::string interval(const Interval& ci, double scale, int decimals) {
  if (std::isnan(ci.low) && std::isnan(ci.high)) return std::string(kMissing);
  return fmt::format("[{}, {}]", number(ci.low * scale, decimals, true), number(ci.high * scale, decimals, true));
}

std::string p_value(double p) {
  if (std::isnan(p)) return std::string(kMissing);
  if (p >= 1e-4) return fmt::format("{:.4f}", p);
  if (p >= 1e-10) return "< 0.0001";
  return p > 0 ? fmt::format("{:.0e}", p) : "< 1e-300";
}

std::string percent(double share, int decimals) { return number(share * 100, decimals) + " %"; }

std::string lift(const EffectReport& e) {
  return std::isnan(e.lift) ? std::string(kMissing) : number(e.lift * 100, lift_decimals(e), true) + " %";
}

std::string lift_interval(const EffectReport& e) { return interval(e.lift_ci, 100, lift_decimals(e)); }

MetricInfo metric_info(const std::vector<MetricInfo>& metrics, std::string_view name) {
  for (const MetricInfo& m : metrics)
    if (m.name == name) return m;
  MetricInfo m;
  m.name = m.title = name;
  m.decimals = 4;
  return m;
}

std::string title(const MetricInfo& m) { return clean(m.title.empty() ? m.name : m.title); }

std::string in_sentence(const MetricInfo& m) {
  std::string s = title(m);
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  if (s.size() > 1 && upper(s[0]) && lower(s[1])) s[0] = static_cast<char>(s[0] - 'A' + 'a');
  return s;
}

std::string enumerate(const std::vector<std::string>& words) {
  std::string s;
  for (std::size_t i = 0; i < words.size(); ++i) s += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return s;
}

std::string with_unit(const MetricInfo& m, std::string_view unit) {
  return unit.empty() ? title(m) : fmt::format("{} ({})", title(m), clean(unit));
}

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

std::string plural(std::int64_t n, std::string_view one) { return fmt::format("{} {}{}", number(n), one, n == 1 ? "" : "s"); }

std::string value_text(const VariantReport& v, const MetricInfo& m) {
  for (const MetricValue& x : v.metrics)
    if (x.name == m.name) return number(x.value * m.scale, m.decimals);
  return std::string(kMissing);
}

std::string_view unit_of_difference(const MetricInfo& m) { return m.unit == "%" ? "points" : std::string_view(m.unit); }

int decimals_of_difference(const MetricInfo& m) { return m.decimals + 1; }

std::string setting_text(const Report& r) {
  return fmt::format("{} and {} at the start; {} of warm-up, then {} of experiment; seed {}. The experiment served {} with {}.",
                     plural(r.users, "user"), plural(r.items, "item"), plural(r.warmup_days, "day"), plural(r.days, "day"),
                     r.seed, plural(r.requests, "request"), plural(r.impressions, "impression"));
}

std::string decision_text(const Report& r, const ExperimentReport& e, const VariantReport& treatment) {
  std::vector<std::string> better, worse, changed, same, unknown;
  bool distrusted = false;
  const bool roles = has_roles(r);
  for (const EffectReport& x : e.effects) {
    if (x.variant != treatment.name) continue;
    const MetricInfo info = metric_info(r.metrics, x.metric);
    const bool aside = roles && info.role == MetricRole::Diagnostic;  // named without numbers, and only where it moved
    if (aside && x.verdict != "better" && x.verdict != "worse" && x.verdict != "changed" && x.verdict != "do not trust")
      continue;
    const std::string name = in_sentence(info);
    const std::string with_lift =
        std::isnan(x.lift) || aside ? name : fmt::format("{} ({} {})", name, lift(x), lift_interval(x));
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
  const std::string start = fmt::format("Against {}, {} ", e.variants[0].name, treatment.name);
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

std::string rule_text(const ExperimentReport& e, const VariantReport& treatment) {
  for (const DecisionReport& d : e.decisions)
    if (d.variant == treatment.name)
      return fmt::format("Decision{}: {}. {}", e.decisions.size() > 1 ? " on " + clean(d.variant) : "", d.decision, d.reason);
  return "";
}

std::string guardrail_text(const Report& r, const ExperimentReport& e, const VariantReport& treatment) {
  std::vector<std::string> all;
  double margin = kNoValue;
  for (const GuardrailReport& g : e.guardrails) {
    if (g.variant != treatment.name) continue;
    margin = g.margin;
    const std::string p =
        std::isnan(g.p_holds) ? "" : fmt::format(" ({})", p_equals(g.state == "breached" ? g.p_breached : g.p_holds));
    all.push_back(fmt::format("{} {}{}", in_sentence(metric_info(r.metrics, g.metric)),
                              g.state == "undecided"         ? "is undecided"
                              : g.state == "not enough data" ? "has not enough data"
                              : g.state == "breached"        ? "is breached"
                                                             : "holds",
                              p));
  }
  return all.empty() ? "" : fmt::format("Guardrails, at most {:g} % worse: {}.", 100 * margin, enumerate(all));
}

std::string preference_text(const PreferenceReport& p) {
  if (std::isnan(p.preference))
    return fmt::format("Preference for {}: {} ({} users clicked).", clean(p.variant), kNotEnough, p.users);
  return fmt::format(
      "Preference for {}: {:.2f} % of the clicks on pages of both, interval [{:.2f}, {:.2f}] % ({}), {} users: {}.",
      clean(p.variant), 100 * p.preference, 100 * p.ci.low, 100 * p.ci.high, p_equals(p.p), p.users, p.verdict);
}

std::string heading_text(const ExperimentReport& e) {
  return fmt::format("Experiment {}{}", clean(e.layer), e.design.empty() ? "" : " · " + clean(e.design));
}

Cell sample_ratio_text(const SrmReport& s) {
  const std::string scope = s.scope == "all" || s.scope.empty() ? "" : fmt::format(" ({})", s.scope);
  const std::string test = std::isnan(s.chi2) || std::isnan(s.p)
                               ? ""
                               : fmt::format(", χ² = {} with {} of freedom, {}", number(s.chi2, 2),
                                             s.df == 1 ? "1 degree" : number(s.df, 0) + " degrees", p_equals(s.p));
  if (s.state == "unhealthy")
    return {fmt::format("⚠ Sample ratio{}: unhealthy{}. The units did not split as planned; do not trust the effects.", scope,
                        test),
            Ink::Doubt};
  if (s.state == "healthy") return {fmt::format("Sample ratio{}: healthy{}. The units split as planned.", scope, test)};
  return {fmt::format("Sample ratio{}: {}{}. Too few units to tell whether they split as planned.", scope, s.state, test)};
}

std::string truth_text(const ExperimentReport& e) {
  int covered = 0, judged = 0;
  for (const TruthReport& t : e.truth) {
    const bool has_interval = is_judged(find_effect(e, t.variant, t.metric), t);
    judged += has_interval;
    covered += has_interval && t.covered;
  }
  return fmt::format(
      "The truth: what a launch to everybody would have done, from worlds forked at the experiment's start with the same luck. "
      "{} of {} hold the true effect.",
      covered, plural(judged, "interval"));
}

std::string pairing_text(const PairedWorlds& p) {
  if (p.day.empty()) return "";
  const auto at = [&](std::size_t i) { return fmt::format("{} (clicks {})", number(p.minutes[i], 3), number(p.clicks[i], 3)); };
  return fmt::format(
      "Paired worlds, {}: what a user watched on a day correlates by {} on day 1 and by {} on day {} with what they watched in "
      "the "
      "world of control.",
      p.variant, at(0), at(p.day.size() - 1), number(p.day.back(), 0));
}

std::string warning_text(const Warning& w) { return fmt::format("⚠ {} ({})", w.text, w.code); }

std::string speed_text(const Report& r) {
  return fmt::format("Speed: {} requests/s, {} s of wall time, {}{}, {} MiB of memory at the peak.",
                     number(r.run.requests_per_s, 0), number(r.run.wall_s, 1), plural(r.run.threads, "thread"),
                     r.run.ranks > 1 ? " on each of " + plural(r.run.ranks, "rank") : "", number(r.run.peak_mib, 0));
}

std::string learning_text(const Report& r) {
  return fmt::format("Between epochs, where models learn: {} of the time; the longest night took {} s.",
                     percent(r.run.serial_share), number(r.run.longest_pause_s, 2));
}

std::string stages_text(const Report& r) {
  std::vector<std::string> stages;
  for (const StageLatency& s : r.run.latency)
    stages.push_back(
        fmt::format("{} {} (p50 {} µs, p99 {} µs)", s.stage, percent(s.share), number(s.p50_us, 1), number(s.p99_us, 1)));
  return stages.empty() ? "" : "Time by stage: " + enumerate(stages) + ".";
}

std::string signature_text(const Report& r) {
  return fmt::format("Signature {} (scenario {}, commit {}, {})",
                     r.signature.empty() ? kMissing : std::string_view(r.signature), r.provenance.scenario_hash,
                     r.provenance.commit, r.provenance.compiler);
}

}  // namespace feedloop
