#include "experiment/analysis/variants.hpp"

#include <cmath>

#include "stats/two_sample.hpp"

namespace feedloop {

void analyse_variants(const AnalysisInput& in, ExperimentReport& out) {
  const auto metrics = metric_registry();
  const auto& variants = in.study.scenario.experiments[in.experiment].variants;
  const Design& design = in.study.scenario.experiments[in.experiment].design;
  const bool clusters = design.unit != Unit::User && design.kind == DesignKind::Randomised;
  // [metric][variant] with users as the units, to hold a design of clusters against.
  std::vector<std::vector<RatioMoments>> of_users(clusters ? metrics.size() : 0);
  for (std::size_t m = 0; m < of_users.size(); ++m) {
    of_users[m].resize(variants.size());
    in.for_units(m, [&](std::size_t, std::size_t v, const UnitValue& x) { of_users[m][v].add(x.num, x.den); });
  }
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
      if (clusters) {
        const Estimate users = ratio_estimate(of_users[m][v]);
        if (users.variance > 0) report.metrics.back().design_effect = e.variance / users.variance;
        continue;
      }
      // A share of events, if these were independent: R (1 - R) / events.
      const double events = in.moments[v][m].mean_den * static_cast<double>(e.n), one = e.value * (1 - e.value);
      if (metrics[m].of_sums && metrics[m].unit == "%" && events > 0 && one > 0)
        report.metrics.back().design_effect = e.variance / (one / events);
    }
    out.variants.push_back(std::move(report));
  }
}

}  // namespace feedloop
