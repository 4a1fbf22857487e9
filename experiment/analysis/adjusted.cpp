#include "experiment/analysis/adjusted.hpp"

#include "experiment/analysis/past.hpp"
#include "stats/cuped.hpp"
#include "stats/regression_adjustment.hpp"

namespace feedloop {
namespace {

// The regression's test and what it removed, in place of CUPED's.
void use_regression(Cuped& c, const RatioCovariateMoments& control, const RatioCovariateMoments& treatment, double alpha) {
  const RegressionAdjustment fit(control.linearised(), treatment.linearised(), Slopes::ByVariant);
  c.adjusted = compare(fit.adjusted(false), fit.adjusted(true), alpha);
  c.variance_removed = fit.variance_removed();
}

}  // namespace

void analyse_adjusted(const AnalysisInput& in, ExperimentReport& out) {
  if (!in.units.before()) return;
  const auto metrics = metric_registry();
  const std::vector<std::size_t> judged = in.judged_metrics();
  std::vector<std::size_t> covariates;
  for (const std::size_t m : judged) covariates.push_back(in.study.covariates[m]);
  std::vector<std::vector<RatioCovariateMoments>> all(judged.size(), std::vector<RatioCovariateMoments>(out.variants.size()));
  for_units_and_past(in, judged, covariates,
                     [&](std::size_t i, std::size_t variant, const UnitValue& x, const UnitValue& then) {
                       all[i][variant].add(x.num, x.den, then.num, then.den);
                     });
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const std::size_t m = judged[i], covariate = covariates[i];
    const std::vector<RatioCovariateMoments>& moments = all[i];
    const CupedCoefficient coefficient = cuped_coefficient(moments);
    for (std::size_t v = 1; v < out.variants.size(); ++v) {
      AdjustedEffect a;
      a.variant = out.variants[v].name;
      a.metric = metrics[m].name;
      a.covariate = metrics[covariate].name;
      a.method = in.study.analysis.adjustment;
      Cuped c = cuped(moments[0], moments[v], coefficient, in.study.analysis.alpha);
      if (a.method == "regression") use_regression(c, moments[0], moments[v], in.study.analysis.alpha);
      a.state = to_string(c.adjusted.status);
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
