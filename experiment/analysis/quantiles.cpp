#include "experiment/analysis/quantiles.hpp"

#include <algorithm>

#include "stats/quantile_metric.hpp"

namespace feedloop {

void analyse_quantiles(const AnalysisInput& in, ExperimentReport& out) {
  const auto metrics = metric_registry();
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    if (in.study.roles[m] != MetricRole::Decision || !metrics[m].of_sums) continue;
    std::vector<std::vector<double>> values(out.variants.size());
    in.for_units(m, [&](std::size_t, std::size_t variant, const UnitValue& x) {
      if (x.den > 0) values[variant].push_back(x.num / x.den);
    });
    for (auto& v : values) std::sort(v.begin(), v.end());
    for (std::size_t v = 1; v < out.variants.size(); ++v)
      for (const double level : kQuantileLevels) {
        QuantileEffect q;
        q.variant = out.variants[v].name;
        q.metric = metrics[m].name;
        q.level = level;
        const Comparison c = compare(quantile_estimate(quantile_bracket(values[0], level)),
                                     quantile_estimate(quantile_bracket(values[v], level)), in.study.analysis.alpha);
        if (c.status == TestStatus::Ok) {
          q.control = c.control.value;
          q.treatment = c.treatment.value;
          q.effect = c.effect;
          q.se = c.se;
          q.ci = c.ci;
          q.p = c.p;
        }
        out.quantiles.push_back(std::move(q));
      }
  }
}

}  // namespace feedloop
