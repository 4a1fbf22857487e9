#include "experiment/analysis/variants.hpp"

#include <cmath>

#include "stats/two_sample.hpp"

namespace feedloop {

void analyse_variants(const AnalysisInput& in, ExperimentReport& out) {
  const auto metrics = metric_registry();
  const auto& variants = in.study.scenario.experiments[in.experiment].variants;
  for (std::size_t v = 0; v < variants.size(); ++v) {
    VariantReport report;
    report.name = variants[v].name;
    report.share = variants[v].share;
    report.units = in.entered[v];
    for (std::size_t c = 0; c < in.study.assignment.cells(); ++c)
      if (in.study.assignment.variant_in(c, in.experiment) == v) {
        report.requests += in.units.requests(c);
        report.impressions += in.units.impressions(c);
      }
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      const Estimate e = ratio_estimate(in.moments[v][m]);
      report.metrics.push_back({std::string(metrics[m].name), e.value, std::sqrt(e.variance), e.n});
    }
    out.variants.push_back(std::move(report));
  }
}

}  // namespace feedloop
