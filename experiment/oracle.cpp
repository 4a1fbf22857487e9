#include "experiment/oracle.hpp"

#include <cmath>

#include "experiment/analysis/caps.hpp"
#include "stats/moments.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

void add_truth(const Study& study, const ExperimentTables& all_control, const ExperimentTables& all_treatment,
               std::size_t experiment, std::size_t variant, ExperimentReport& report) {
  const auto metrics = metric_registry();
  const UnitTable &w0 = all_control.of(experiment), &w1 = all_treatment.of(experiment);
  const SimTime now = all_control.until(experiment, study.end);
  const std::vector<double> caps = caps_of({&w0, &w1}, now);
  const auto value = [&](const UnitTable& world, std::size_t u, std::size_t m) {
    auto v = world.value(u, m, now);
    if (v) *v = capped(*v, caps[m]);
    return v;
  };
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    RatioMoments m0, m1;
    for (std::size_t u = 0; u < w0.units(); ++u) {
      if (const auto x = value(w0, u, m)) m0.add(x->num, x->den);
      if (const auto y = value(w1, u, m)) m1.add(y->num, y->den);
    }
    const Estimate r0 = ratio_estimate(m0), r1 = ratio_estimate(m1);
    TruthReport t;
    t.variant = report.variants[variant].name;
    t.metric = metrics[m].name;
    t.effect = r1.value - r0.value;
    if (std::isnan(t.effect)) continue;  // nobody can be judged yet, in this run's length
    RatioMoments paired;
    for (std::size_t u = 0; u < w0.units(); ++u) {
      const auto x = value(w0, u, m), y = value(w1, u, m);
      if (x && y) paired.add((y->num - r1.value * y->den) / m1.mean_den - (x->num - r0.value * x->den) / m0.mean_den);
    }
    if (paired.n >= 2) t.se = std::sqrt(paired.variance_num() / static_cast<double>(paired.n));
    for (const EffectReport& e : report.effects)
      if (e.variant == t.variant && e.metric == t.metric) {
        t.bias = e.effect - t.effect;
        t.covered = e.ci.low <= t.effect && t.effect <= e.ci.high;
      }
    report.truth.push_back(std::move(t));
  }
}

}  // namespace feedloop
