#include "experiment/analysis/distributions.hpp"

#include <algorithm>

#include "experiment/metrics/metric.hpp"

namespace feedloop {

void analyse_distributions(const AnalysisInput& in, ExperimentReport& out) {
  constexpr std::string_view kMetric = "watch_per_user_day";
  constexpr int kSteps = 100;
  std::vector<std::vector<double>> values(out.variants.size());
  in.for_units(metric_index(kMetric), [&](std::size_t, std::size_t variant, const UnitValue& x) {
    if (x.den > 0) values[variant].push_back(x.num / x.den);
  });
  for (std::size_t v = 0; v < values.size(); ++v) {
    DistributionReport d{out.variants[v].name, std::string(kMetric), static_cast<std::int64_t>(values[v].size()), {}, {}};
    if (d.units >= in.study.analysis.min_units) {
      std::ranges::sort(values[v]);
      const auto last = static_cast<double>(values[v].size() - 1);
      for (int k = 0; k <= kSteps; ++k) {
        d.level.push_back(static_cast<double>(k) / kSteps);
        d.value.push_back(values[v][static_cast<std::size_t>(last * k / kSteps)]);
      }
    }
    out.distributions.push_back(std::move(d));
  }
}

}  // namespace feedloop
