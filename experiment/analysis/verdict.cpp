#include "experiment/analysis/verdict.hpp"

#include <cmath>

#include "base/registry.hpp"
#include "experiment/analysis/sample_ratio.hpp"

namespace feedloop {

void analyse_verdicts(const AnalysisInput& in, ExperimentReport& out) {
  const bool broken = split_broken(out);
  for (EffectReport& e : out.effects) {
    const Metric& metric = *find_entry(metric_registry(), e.metric);
    std::int64_t n = INT64_MAX;
    for (const VariantReport& v : out.variants)
      if (v.name == e.variant || &v == &out.variants.front())
        for (const MetricValue& value : v.metrics)
          if (value.name == e.metric) n = std::min(n, value.n);
    if (broken)
      e.verdict = "do not trust";
    else if (n < in.study.analysis.min_units || std::isnan(e.p))
      e.verdict = "not enough data";
    else if (!(e.adjusted_p < in.study.analysis.alpha))
      e.verdict = "no clear difference";
    else if (metric.better == Direction::Neither)
      e.verdict = "changed";
    else
      e.verdict = (e.effect > 0) == (metric.better == Direction::HigherIsBetter) ? "better" : "worse";
  }
}

}  // namespace feedloop
