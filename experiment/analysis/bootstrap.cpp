#include "experiment/analysis/bootstrap.hpp"

#include "stats/ratio_bootstrap.hpp"

namespace feedloop {

void analyse_bootstrap(const AnalysisInput& in, ExperimentReport& out) {
  const auto replicates = static_cast<int>(in.study.analysis.bootstrap);
  if (replicates == 0) return;
  const auto metrics = metric_registry();
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    if (in.study.roles[m] != MetricRole::Decision) continue;
    struct Sums {
      std::vector<double> num, den;
    };
    std::vector<Sums> sums(out.variants.size());
    in.for_units(m, [&](std::size_t, std::size_t variant, const UnitValue& x) {
      sums[variant].num.push_back(x.num);
      sums[variant].den.push_back(x.den);
    });
    std::vector<BootstrapSample> samples;
    for (std::size_t v = 0; v < sums.size(); ++v)
      samples.push_back(bootstrap_ratio(sums[v].num, sums[v].den, replicates, in.study.seed, static_cast<std::uint32_t>(v)));
    for (std::size_t v = 1; v < sums.size(); ++v) {
      if (!in.study.enough_units(std::ssize(sums[0].num), std::ssize(sums[v].num))) continue;
      for (EffectReport& e : out.effects)
        if (e.variant == out.variants[v].name && e.metric == metrics[m].name)
          e.bootstrap = bca_interval(bootstrap_lift(samples[0], samples[v]), in.study.analysis.alpha);
    }
  }
}

}  // namespace feedloop
