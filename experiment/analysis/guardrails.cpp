#include "experiment/analysis/guardrails.hpp"

#include "stats/non_inferiority.hpp"

namespace feedloop {

double harm_bound(const Metric& metric, double margin) { return metric.better == Direction::LowerIsBetter ? margin : -margin; }

void analyse_guardrails(const AnalysisInput& in, ExperimentReport& out) {
  const auto metrics = metric_registry();
  const auto& analysis = in.study.analysis;
  for (std::size_t v = 1; v < out.variants.size(); ++v)
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      if (in.study.roles[m] != MetricRole::Guardrail) continue;
      GuardrailReport g{out.variants[v].name, std::string(metrics[m].name), analysis.guardrail_margin, kNoValue, kNoValue,
                        "not enough data"};
      const Estimate control = ratio_estimate(in.moments[0][m]), treatment = ratio_estimate(in.moments[v][m]);
      const double bound = harm_bound(metrics[m], g.margin);
      const MarginTest t = margin_test(control, treatment, bound);
      if (t.status == TestStatus::Ok && in.study.enough_units(control.n, treatment.n)) {
        g.p_holds = bound > 0 ? t.p_below : t.p_above;
        g.p_breached = bound > 0 ? t.p_above : t.p_below;
        g.state = g.p_holds < analysis.alpha ? "holds" : g.p_breached < analysis.alpha ? "breached" : "undecided";
      }
      out.guardrails.push_back(std::move(g));
    }
}

}  // namespace feedloop
