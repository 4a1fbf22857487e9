#include "experiment/claims/report_quantities.hpp"

#include <algorithm>
#include <cmath>

#include "experiment/evaluation/evaluation.hpp"

namespace feedloop {
namespace {

struct Truth {
  const ExperimentReport* experiment = nullptr;
  const EffectReport* estimate = nullptr;
  const TruthReport* truth = nullptr;
};

Truth truth_of(const Report& report, std::string_view variant, const std::string& metric) {
  for (const ExperimentReport& e : report.experiments)
    for (const TruthReport& t : e.truth)
      if (t.variant == variant && t.metric == metric) {
        const auto same = [&](const EffectReport& x) { return x.variant == variant && x.metric == metric; };
        const auto at = std::ranges::find_if(e.effects, same);
        return {&e, at == e.effects.end() ? nullptr : &*at, &t};
      }
  return {};
}

double value_of(const VariantReport& variant, const std::string& metric) {
  for (const MetricValue& m : variant.metrics)
    if (m.name == metric) return m.value;
  return kNoValue;
}

// By variant of its experiment; control's is 0.
std::vector<double> true_effects(const Report& report, const ExperimentReport& e, const std::string& metric) {
  std::vector<double> effects;
  for (const VariantReport& v : e.variants) {
    const Truth t = truth_of(report, v.name, metric);
    effects.push_back(&v == e.variants.data() ? 0 : t.truth ? t.truth->effect : kNoValue);
  }
  return effects;
}

const ExperimentReport* experiment_of(const Report& report, std::string_view variant) {
  for (const ExperimentReport& e : report.experiments)
    for (const VariantReport& v : e.variants)
      if (variant.empty() || v.name == variant) return &e;
  return nullptr;
}

}  // namespace

double MetricQuantity::value(const Report& report) const {
  const VariantReport* v = variant_of(report);
  return v ? value_of(*v, claim().metric) : kNoValue;
}

double LiftQuantity::value(const Report& report) const {
  for (const ExperimentReport& e : report.experiments)
    for (const EffectReport& x : e.effects)
      if (x.variant == name() && x.metric == claim().metric) return x.lift;
  return kNoValue;
}

double TrueEffectQuantity::value(const Report& report) const {
  const Truth t = truth_of(report, name(), claim().metric);
  return t.truth ? t.truth->effect : kNoValue;
}

double EstimateRatio::value(const Report& report) const {
  const Truth t = truth_of(report, name(), claim().metric);
  return t.estimate ? t.estimate->effect / t.truth->effect : kNoValue;
}

double EstimateBias::value(const Report& report) const {
  const Truth t = truth_of(report, name(), claim().metric);
  return t.truth ? t.truth->bias / std::fabs(value_of(t.experiment->variants.front(), claim().metric)) : kNoValue;
}

double InterferenceBias::value(const Report& report) const {
  const Truth t = truth_of(report, name(), claim().metric);
  return t.truth ? (t.truth->spill_on_treated - t.truth->spill_on_control) / t.truth->effect : kNoValue;
}

double EstimateCovers::value(const Report& report) const {
  const Truth t = truth_of(report, name(), claim().metric);
  return !t.truth || std::isnan(t.truth->bias) ? kNoValue : t.truth->covered ? 1 : 0;
}

double TrueRank::value(const Report& report) const {
  const ExperimentReport* e = experiment_of(report, name());
  if (!e) return kNoValue;
  const auto effects = true_effects(report, *e, claim().metric);
  const auto info = std::ranges::find(report.metrics, claim().metric, &MetricInfo::name);
  if (info == report.metrics.end() || std::ranges::any_of(effects, [](double x) { return std::isnan(x); })) return kNoValue;
  const double sign = info->better == Direction::LowerIsBetter ? -1 : 1;
  std::size_t own = 0;
  while (!name().empty() && e->variants[own].name != name()) ++own;
  return 1 + static_cast<double>(std::ranges::count_if(effects, [&](double x) { return sign * x > sign * effects[own]; }));
}

double TrueOrder::value(const Report& report) const {
  const ExperimentReport* e = experiment_of(report, name());
  if (!e) return kNoValue;
  const auto effects = true_effects(report, *e, claim().metric);
  std::vector<double> order(effects.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<double>(i);
  return std::ranges::any_of(effects, [](double x) { return std::isnan(x); }) ? kNoValue : rank_correlation(order, effects);
}

double DesignEffect::value(const Report& report) const {
  if (const VariantReport* v = variant_of(report))
    for (const MetricValue& m : v->metrics)
      if (m.name == claim().metric) return m.design_effect;
  return kNoValue;
}

double DecidedAgainst::value(const Report& report) const {
  for (const ExperimentReport& e : report.experiments)
    for (const DecisionReport& d : e.decisions)
      if (d.variant == name()) return d.decision == "do not ship" ? 1 : 0;
  return kNoValue;
}

double MismatchFound::value(const Report& report) const {
  if (const ExperimentReport* e = experiment_of(report, name()))
    for (const SrmReport& srm : e->srm)
      if (srm.scope == "all") return srm.state == "unhealthy" ? 1 : 0;
  return kNoValue;
}

void StoppedShare::begin(const Study& study) {
  Probe::begin(study);
  design_ = study.scenario.experiments[place_of(study, name()).first].design;
}

double StoppedShare::value(const Report& report) const {
  const ExperimentReport* e = experiment_of(report, name());
  for (const RunEvent& event : report.events)
    if (e && event.kind == "guardrail stop" && event.layer == e->layer) {
      // A stop is told at the end of its day; a step of the next day is not taken any more.
      return design_.share_at(event.day - 1e-6);
    }
  return e ? 1 : kNoValue;
}

}  // namespace feedloop
