#include "experiment/analysis/verdict.hpp"

#include <cmath>

#include "base/registry.hpp"
#include "experiment/analysis/sample_ratio.hpp"

namespace feedloop {

std::string effect_verdict(double effect, double p, double alpha, Direction better, bool broken, bool enough) {
  if (broken) return "do not trust";
  if (!enough) return "not enough data";
  if (!(p < alpha)) return "no clear difference";
  if (better == Direction::Neither) return "changed";
  return (effect > 0) == (better == Direction::HigherIsBetter) ? "better" : "worse";
}

void analyse_verdicts(const AnalysisInput& in, ExperimentReport& out) {
  const bool broken = split_broken(out);
  // A fixed-horizon p is for one look, at the planned end; whoever reads before it peeks.
  const bool early = in.looks != nullptr && in.now < in.study.end;
  for (EffectReport& e : out.effects) {
    const double p = early ? e.sequential.p : e.adjusted_p;
    const Metric& metric = *find_entry(metric_registry(), e.metric);
    std::int64_t n = INT64_MAX;
    for (const VariantReport& v : out.variants)
      if (v.name == e.variant || &v == &out.variants.front())
        for (const MetricValue& value : v.metrics)
          if (value.name == e.metric) n = std::min(n, value.n);
    const bool enough = n >= in.study.analysis.min_units && !std::isnan(early ? p : e.p);
    e.verdict = effect_verdict(e.effect, p, in.study.analysis.alpha, metric.better, broken, enough);
  }
}

}  // namespace feedloop
