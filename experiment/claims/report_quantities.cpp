#include "experiment/claims/report_quantities.hpp"

namespace feedloop {

double MetricQuantity::value(const Report& report) const {
  if (const VariantReport* v = variant_of(report))
    for (const MetricValue& m : v->metrics)
      if (m.name == claim().metric) return m.value;
  return kNoValue;
}

double LiftQuantity::value(const Report& report) const {
  for (const ExperimentReport& e : report.experiments)
    for (const EffectReport& x : e.effects)
      if (x.variant == name() && x.metric == claim().metric) return x.lift;
  return kNoValue;
}

double TrueEffectQuantity::value(const Report& report) const {
  for (const ExperimentReport& e : report.experiments)
    for (const TruthReport& t : e.truth)
      if (t.variant == name() && t.metric == claim().metric) return t.effect;
  return kNoValue;
}

}  // namespace feedloop
