#include "experiment/analysis/adjusted.hpp"

#include "experiment/analysis/past.hpp"
#include "stats/cuped.hpp"

namespace feedloop {

void analyse_adjusted(const AnalysisInput& in, ExperimentReport& out) {
  if (!in.units.before()) return;
  const Past past(*in.units.before(), in.study.t0);
  const auto metrics = metric_registry();
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    if (in.study.roles[m] == MetricRole::Diagnostic) continue;
    const std::size_t covariate = in.study.covariates[m];
    std::vector<RatioCovariateMoments> moments(out.variants.size());
    in.for_units(m, [&](std::size_t unit, std::size_t variant, const UnitValue& x) {
      const UnitValue then = past.value(unit, covariate);
      moments[variant].add(x.num, x.den, then.num, then.den);
    });
    const CupedCoefficient coefficient = cuped_coefficient(moments);
    for (std::size_t v = 1; v < out.variants.size(); ++v) {
      AdjustedEffect a;
      a.variant = out.variants[v].name;
      a.metric = metrics[m].name;
      a.covariate = metrics[covariate].name;
      const Cuped c = cuped(moments[0], moments[v], coefficient, in.study.analysis.alpha);
      if (c.adjusted.status == TestStatus::Ok) {
        a.effect = c.adjusted.effect;
        a.se = c.adjusted.se;
        a.ci = c.adjusted.ci;
        a.p = c.adjusted.p;
        if (c.adjusted.lift_status == TestStatus::Ok) {
          a.lift = c.adjusted.lift;
          a.lift_ci = c.adjusted.lift_ci;
        }
        a.correlation = c.coefficient.rho;
        a.variance_removed = c.variance_removed;
        a.balance_p = c.balance.p;
      }
      out.adjusted.push_back(std::move(a));
    }
  }
}

}  // namespace feedloop
