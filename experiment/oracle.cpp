#include "experiment/oracle.hpp"

#include <cmath>
#include <functional>

#include "experiment/analysis/caps.hpp"
#include "experiment/analysis/exposure.hpp"
#include "stats/moments.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

using ValueOf = std::function<std::optional<UnitValue>(const KnownWorld&, std::size_t unit)>;

struct Truth {
  const Study& study;
  std::size_t experiment;
  const KnownWorld &mixed, &w0, &w1;
  std::size_t variant;
  ExperimentReport& report;

  bool in_variant(std::size_t u, std::size_t v) const {
    return study.scenario.experiments[experiment].design.kind == DesignKind::Randomised && mixed.units.entered(u) &&
           study.assignment.variant_in(mixed.units.cell(u), experiment) == v;
  }

  // The mixed world's users of variant v: what they did there minus what they did in the world where everybody is in v.
  double spillover(const ValueOf& value, std::size_t v, const KnownWorld& all) const {
    RatioMoments here, there;
    for (std::size_t u = 0; u < mixed.units.units(); ++u) {
      if (!in_variant(u, v)) continue;
      if (const auto x = value(mixed, u)) here.add(x->num, x->den);
      if (const auto x = value(all, u)) there.add(x->num, x->den);
    }
    return ratio_estimate(here).value - ratio_estimate(there).value;
  }

  TruthReport named(std::string_view metric, double effect) const {
    TruthReport t;
    t.variant = report.variants[variant].name;
    t.metric = metric;
    t.effect = effect;
    for (const auto* effects : {&report.effects, &report.group_effects})
      for (const EffectReport& e : *effects)
        if (e.variant == t.variant && e.metric == t.metric) {
          t.bias = e.effect - t.effect;
          t.covered = e.ci.low <= t.effect && t.effect <= e.ci.high;
        }
    return t;
  }

  void add(std::string_view metric, const ValueOf& value) {
    const std::size_t units = w0.units.units();
    RatioMoments m0, m1;
    for (std::size_t u = 0; u < units; ++u) {
      if (const auto x = value(w0, u)) m0.add(x->num, x->den);
      if (const auto y = value(w1, u)) m1.add(y->num, y->den);
    }
    const Estimate r0 = ratio_estimate(m0), r1 = ratio_estimate(m1);
    if (std::isnan(r1.value - r0.value)) return;  // nobody can be judged yet, in this run's length
    TruthReport t = named(metric, r1.value - r0.value);
    RatioMoments paired;
    for (std::size_t u = 0; u < units; ++u) {
      const auto x = value(w0, u), y = value(w1, u);
      if (x && y) paired.add((y->num - r1.value * y->den) / m1.mean_den - (x->num - r0.value * x->den) / m0.mean_den);
    }
    if (paired.n >= 2) t.se = std::sqrt(paired.variance_num() / static_cast<double>(paired.n));
    t.spill_on_treated = spillover(value, variant, w1);
    t.spill_on_control = spillover(value, 0, w0);
    t.sampling = t.bias - (t.spill_on_treated - t.spill_on_control);
    report.truth.push_back(std::move(t));
  }

  // At the number of impressions at which the experiment compares the two variants.
  void add_whole() {
    const auto values = [&](const KnownWorld& world, std::size_t v, GroupDetail detail, std::int64_t impressions) {
      return group_values(study, world.units, experiment, v, std::min(study.end, world.until), detail, impressions);
    };
    const std::int64_t n = std::min(report.variants[0].impressions, report.variants[variant].impressions);
    const GroupValues here0 = values(mixed, 0, GroupDetail::Values, n), here1 = values(mixed, variant, GroupDetail::Values, n);
    const GroupValues all0 = values(w0, 0, GroupDetail::Errors, n), all1 = values(w1, variant, GroupDetail::Errors, n);
    const auto infos = exposure_infos();
    for (std::size_t k = 0; k < infos.size(); ++k) {
      const double effect = all1.value[k] - all0.value[k];
      if (std::isnan(effect)) continue;
      TruthReport t = named(infos[k].name, effect);
      std::vector<double> paired;
      for (std::size_t r = 0; r < all0.replicates[k].size(); ++r)
        paired.push_back(all1.replicates[k][r] - all0.replicates[k][r]);
      t.se = spread(paired);
      t.spill_on_treated = here1.value[k] - all1.value[k];
      t.spill_on_control = here0.value[k] - all0.value[k];
      t.sampling = std::isnan(t.bias) ? kNoValue : 0;
      report.truth.push_back(std::move(t));
    }
  }
};

ValueOf value_of(Hidden metric) {
  return [metric](const KnownWorld& world, std::size_t u) { return world.hidden->value(u, metric); };
}

}  // namespace

void add_hidden(const Study& study, std::size_t experiment, const KnownWorld& mixed, ExperimentReport& report) {
  const auto infos = hidden_infos();
  for (std::size_t k = 0; k < kHidden; ++k) {
    std::vector<RatioMoments> moments(report.variants.size());
    for (std::size_t u = 0; u < mixed.units.units(); ++u)
      if (mixed.units.entered(u))
        if (const auto x = mixed.hidden->value(u, static_cast<Hidden>(k)))
          moments[study.assignment.variant_in(mixed.units.cell(u), experiment)].add(x->num, x->den);
    for (std::size_t v = 0; v < moments.size(); ++v) {
      const Estimate e = ratio_estimate(moments[v]);
      report.variants[v].metrics.push_back({infos[k].name, e.value, std::sqrt(e.variance), e.n});
      if (v == 0) continue;
      EffectReport x;
      x.variant = report.variants[v].name;
      x.metric = infos[k].name;
      const Comparison c = compare(moments[0], moments[v], study.analysis.alpha);
      if (c.status == TestStatus::Ok) x.effect = c.effect, x.se = c.se, x.ci = c.ci;
      report.group_effects.push_back(std::move(x));
    }
  }
}

void add_truth(const Study& study, std::size_t experiment, const KnownWorld& mixed, const KnownWorld& w0, const KnownWorld& w1,
               std::size_t variant, ExperimentReport& report) {
  Truth truth{study, experiment, mixed, w0, w1, variant, report};
  const auto metrics = metric_registry();
  const SimTime now = std::min(study.end, mixed.until);
  const std::vector<double> caps = caps_of({&w0.units, &w1.units}, now);
  for (std::size_t m = 0; m < metrics.size(); ++m)
    truth.add(metrics[m].name, [&, m](const KnownWorld& world, std::size_t u) {
      auto v = world.units.value(u, m, now);
      if (v) *v = capped(*v, caps[m]);
      return v;
    });
  truth.add_whole();
  if (mixed.hidden)
    for (std::size_t k = 0; k < kHidden; ++k) truth.add(hidden_infos()[k].name, value_of(static_cast<Hidden>(k)));
}

}  // namespace feedloop
