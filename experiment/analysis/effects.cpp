#include "experiment/analysis/effects.hpp"

#include "stats/multiple_testing.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

void analyse_effects(const AnalysisInput& in, ExperimentReport& out) {
  const auto metrics = metric_registry();
  const auto& variants = in.study.scenario.experiments[in.experiment].variants;
  const double alpha = in.study.analysis.alpha;
  std::vector<double> p_values;
  for (std::size_t v = 1; v < variants.size(); ++v)
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      EffectReport e;
      e.variant = variants[v].name;
      e.metric = metrics[m].name;
      const Comparison c = compare(in.moments[0][m], in.moments[v][m], alpha);
      if (c.status == TestStatus::Ok) {
        e.effect = c.effect;
        e.se = c.se;
        e.ci = c.ci;
        e.p = c.p;
        if (c.lift_status == TestStatus::Ok) {
          e.lift = c.lift;
          e.lift_ci = c.lift_ci;
        }
      }
      if (in.looks) e.sequential = in.looks->result(in.experiment, v, m, alpha);
      p_values.push_back(e.p);
      out.effects.push_back(std::move(e));
    }
  const std::vector<double> adjusted = holm(p_values);
  for (std::size_t i = 0; i < adjusted.size(); ++i) out.effects[i].adjusted_p = adjusted[i];
}

}  // namespace feedloop
