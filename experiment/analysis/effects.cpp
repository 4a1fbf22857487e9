#include "experiment/analysis/effects.hpp"

#include <array>

#include "stats/fieller.hpp"
#include "stats/multiple_testing.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

void analyse_effects(const AnalysisInput& in, ExperimentReport& out) {
  const auto metrics = metric_registry();
  const auto& variants = in.study.scenario.experiments[in.experiment].variants;
  const double alpha = in.study.analysis.alpha;
  std::array<std::vector<double>, 3> p_values;  // by role
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
          e.lift_ci = lift_interval(c);
        }
      }
      if (in.looks) e.sequential = in.looks->result(in.experiment, v, m, alpha);
      p_values[static_cast<std::size_t>(in.study.roles[m])].push_back(e.p);
      out.effects.push_back(std::move(e));
    }
  const std::array adjusted{holm(p_values[0]), holm(p_values[1]), benjamini_hochberg(p_values[2])};
  static_assert(static_cast<int>(MetricRole::Diagnostic) == 2);
  std::array<std::size_t, 3> next{};
  for (std::size_t i = 0; i < out.effects.size(); ++i) {
    const auto role = static_cast<std::size_t>(in.study.roles[i % metrics.size()]);
    out.effects[i].adjusted_p = adjusted[role][next[role]++];
  }
  if (in.looks) out.effect_series = in.looks->effect_series(in.study, in.experiment);
}

}  // namespace feedloop
