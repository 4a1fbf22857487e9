#include "experiment/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

template <class T>
const T* find_named(const std::vector<T>& all, std::string_view name, std::string T::*key) {
  const auto at = std::find_if(all.begin(), all.end(), [&](const T& x) { return x.*key == name; });
  return at == all.end() ? nullptr : &*at;
}

const EffectReport* find_effect(const ExperimentReport& e, std::string_view variant, std::string_view metric) {
  for (const EffectReport& x : e.effects)
    if (x.variant == variant && x.metric == metric) return &x;
  return nullptr;
}

Estimate estimate_of(const MetricValue& m) {
  Estimate e{m.n, m.value, m.se * m.se, TestStatus::NotEnoughData};
  if (!std::isnan(m.value) && !std::isnan(m.se) && m.n >= 2) e.status = m.se > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  return e;
}

void judge(PairedValue& p) { p.apart = !std::isnan(p.ci.low) && !std::isnan(p.ci.high) && !p.ci.contains(0); }

PairedValue pair_values(const MetricValue& a, const MetricValue& b, double alpha) {
  const Comparison c = compare(estimate_of(a), estimate_of(b), alpha);
  PairedValue p{a.value, b.value, c.effect, c.se, c.ci, false};
  judge(p);
  return p;
}

PairedValue pair_effects(const EffectReport& a, const EffectReport& b, double alpha) {
  PairedValue p{a.effect, b.effect, b.effect - a.effect, std::hypot(a.se, b.se), {}, false};
  p.ci = t_test(p.difference, p.se, kInfinity, alpha).ci;
  judge(p);
  return p;
}

bool trusted(const EffectReport& x) { return x.verdict != "do not trust"; }

VariantComparison compare_variants(const ExperimentReport& a, const ExperimentReport& b, const VariantReport& in_a,
                                   const VariantReport& in_b, double alpha) {
  VariantComparison out{in_a.name, {}};
  const bool same_control = a.variants.front().name == b.variants.front().name;
  for (const MetricValue& m : in_a.metrics) {
    const MetricValue* other = find_named(in_b.metrics, m.name, &MetricValue::name);
    if (!other) continue;
    MetricComparison c{m.name, pair_values(m, *other, alpha), {}, true};
    const EffectReport *x = find_effect(a, in_a.name, m.name), *y = find_effect(b, in_a.name, m.name);
    if (x && y && same_control) {
      c.effect = pair_effects(*x, *y, alpha);
      c.trusted = trusted(*x) && trusted(*y);
    }
    out.metrics.push_back(std::move(c));
  }
  return out;
}

LayerComparison compare_layers(const ExperimentReport& a, const ExperimentReport& b, double alpha) {
  LayerComparison out{a.layer, a.variants.front().name, b.variants.front().name, {}};
  for (const VariantReport& v : a.variants)
    if (const VariantReport* other = find_named(b.variants, v.name, &VariantReport::name)) {
      VariantComparison c = compare_variants(a, b, v, *other, alpha);
      if (!c.metrics.empty()) out.variants.push_back(std::move(c));
    }
  return out;
}

std::vector<std::string> variants_without_peer(const Report& here, const Report& there) {
  std::vector<std::string> out;
  for (const ExperimentReport& e : here.experiments) {
    const ExperimentReport* other = find_named(there.experiments, e.layer, &ExperimentReport::layer);
    for (const VariantReport& v : e.variants)
      if (!other || !find_named(other->variants, v.name, &VariantReport::name)) out.push_back(e.layer + "/" + v.name);
  }
  return out;
}

bool names_tables(const Scenario& s) {
  return s.settings.at("world.items.table") != Value(std::string()) ||
         s.settings.at("world.population.table") != Value(std::string());
}

ComparedRun about(const FinishedRun& run, const FinishedRun& other) {
  const Report& r = run.report;
  ComparedRun out{
      run.name, r.scenario, r.provenance.scenario_hash, r.signature, run.build, r.seed, r.users, r.warmup_days, r.days,
      {},       false};
  out.only_here = variants_without_peer(r, other.report);
  // With tables the hash is of their rows too, which are not at hand; the seed is in no hash.
  if (run.scenario)
    out.scenario_known =
        run.scenario->seed() == r.seed && (names_tables(*run.scenario) || hex(run.scenario->hash()) == out.scenario_hash);
  return out;
}

bool is_of_world(const SettingDifference& d) { return d.key == "seed" || d.key.starts_with("world."); }

// Same seed and world: keys for certain, or everything when measured tables could differ under one name.
bool same_people(const FinishedRun& a, const FinishedRun& b, const RunComparison& c) {
  if (!c.same_seed) return false;
  if (c.same_scenario) return true;
  return c.a.scenario_known && c.b.scenario_known && !names_tables(*a.scenario) && !names_tables(*b.scenario) &&
         std::none_of(c.settings.begin(), c.settings.end(), is_of_world);
}

void count(RunComparison& c) {
  const auto add = [](const PairedValue& p, int& judged, int& apart) {
    judged += !std::isnan(p.ci.low) && !std::isnan(p.ci.high);
    apart += p.apart;
  };
  for (const LayerComparison& l : c.layers)
    for (const VariantComparison& v : l.variants)
      for (const MetricComparison& m : v.metrics) {
        add(m.value, c.values, c.values_apart);
        if (m.trusted) add(m.effect, c.effects, c.effects_apart);
      }
}

std::string layers_and_variants(const Report& r) {
  std::string out;
  for (const ExperimentReport& e : r.experiments)
    for (const VariantReport& v : e.variants) out += fmt::format("{}{}/{}", out.empty() ? "" : ", ", e.layer, v.name);
  return out.empty() ? "none" : out;
}

// What the experiments of a scenario say, by key.
std::vector<std::pair<std::string, std::string>> experiment_keys(const Scenario& s) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Experiment& e : s.experiments) {
    out.emplace_back(e.layer + ".salt", to_text(Value(e.salt)));
    out.emplace_back(e.layer + ".hash", to_text(Value(kAssignmentHashes[static_cast<std::size_t>(e.hash)])));
    for (const auto& [path, value] : e.own) out.emplace_back(e.layer + "." + path, to_text(value));
    out.emplace_back(e.layer + ".control", to_text(Value(e.variants.front().name)));
    for (const Variant& v : e.variants) {
      const std::string prefix = e.layer + "/" + v.name + ".";
      out.emplace_back(prefix + "share", to_text(Value(v.share)));
      for (const auto& [path, value] : v.overrides) out.emplace_back(prefix + path, to_text(value));
    }
  }
  return out;
}

}  // namespace

std::vector<SettingDifference> setting_differences(const Scenario& a, const Scenario& b) {
  std::vector<SettingDifference> out;
  const auto add = [&out](const std::string& key, std::optional<std::string> x, std::optional<std::string> y) {
    if (x != y) out.push_back({key, std::move(x), std::move(y)});
  };
  add("name", to_text(Value(a.name)), to_text(Value(b.name)));
  for (const Parameter& p : schema().rows()) add(p.path, to_text(a.settings.at(p.path)), to_text(b.settings.at(p.path)));
  const auto of_a = experiment_keys(a), of_b = experiment_keys(b);
  const std::map<std::string, std::string> in_a(of_a.begin(), of_a.end()), in_b(of_b.begin(), of_b.end());
  const auto value = [](const std::map<std::string, std::string>& in, const std::string& key) {
    const auto at = in.find(key);
    return at == in.end() ? std::nullopt : std::optional(at->second);
  };
  for (const auto& [key, x] : of_a) add(key, x, value(in_b, key));
  for (const auto& [key, y] : of_b)
    if (!in_a.contains(key)) add(key, std::nullopt, y);
  return out;
}

RunComparison compare_runs(const FinishedRun& a, const FinishedRun& b) {
  RunComparison c;
  c.a = about(a, b);
  c.b = about(b, a);
  c.level = a.report.confidence;
  c.same_seed = c.a.seed == c.b.seed;
  c.same_build = c.a.build == c.b.build;
  c.same_days = c.a.days == c.b.days && c.a.warmup_days == c.b.warmup_days;
  c.same_signature = c.a.signature == c.b.signature;
  c.same_scenario = c.a.scenario_hash == c.b.scenario_hash;
  if (a.scenario && b.scenario) c.settings = setting_differences(*a.scenario, *b.scenario);
  c.other_keys = static_cast<int>(std::count_if(c.settings.begin(), c.settings.end(), [](const SettingDifference& d) {
    return d.key != "seed" && d.key != "days" && d.key != "warmup_days";
  }));
  c.same_people = same_people(a, b, c);
  c.metrics = a.report.metrics;
  bool common_variant = false;
  for (const ExperimentReport& e : a.report.experiments) {
    const ExperimentReport* other = find_named(b.report.experiments, e.layer, &ExperimentReport::layer);
    if (!other || e.variants.empty() || other->variants.empty()) continue;
    common_variant |= std::any_of(e.variants.begin(), e.variants.end(), [&](const VariantReport& v) {
      return find_named(other->variants, v.name, &VariantReport::name) != nullptr;
    });
    LayerComparison layer = compare_layers(e, *other, 1 - c.level);
    if (!layer.variants.empty()) c.layers.push_back(std::move(layer));
  }
  if (!common_variant)
    throw Error(fmt::format("has no variant in common with {}: here {}, there {}", b.name, layers_and_variants(a.report),
                            layers_and_variants(b.report)),
                Place{a.name});
  if (c.layers.empty()) throw Error(fmt::format("has no metric in common with {}", b.name), Place{a.name});
  count(c);
  return c;
}

}  // namespace feedloop
