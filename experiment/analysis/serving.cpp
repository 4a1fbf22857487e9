#include "experiment/analysis/serving.hpp"

namespace feedloop {

std::vector<MetricInfo> serving_infos() {
  constexpr auto kLower = Direction::LowerIsBetter, kHigher = Direction::HigherIsBetter;
  std::vector<MetricInfo> infos{
      {"serving_p50_ms", "Latency of half the pages", "ms", 1, 0, kLower, "Median of the simulated latency, to 1.6 %."},
      {"serving_p99_ms", "Latency of 99 % of pages", "ms", 1, 0, kLower, "99th percentile of the simulated latency, to 1.6 %."},
      {"serving_partial_share", "Partial pages", "%", 100, 2, kLower, "Pages that went out without a service's answer."},
      {"serving_late_share", "Late pages", "%", 100, 2, kLower, "Pages over the total budget, which popularity answered."},
      {"serving_whole_ctr", "CTR of whole pages", "%", 100, 2, kHigher,
       "Clicks / impressions where all services answered in time."},
      {"serving_partial_ctr", "CTR of partial pages", "%", 100, 2, kHigher, "Clicks / impressions of partial pages."},
      {"serving_whole_watch", "Watch time of whole pages", "min", 1, 2, kHigher,
       "Minutes watched / pages where all services answered in time."},
      {"serving_partial_watch", "Watch time of partial pages", "min", 1, 2, kHigher, "Minutes watched / partial pages."},
  };
  for (MetricInfo& m : infos) m.unit_of_analysis = "page";
  for (const std::size_t ctr : {4, 5}) infos[ctr].unit_of_analysis = "impression";
  return infos;
}

void analyse_serving(const AnalysisInput& in, ExperimentReport& out) {
  const auto infos = serving_infos();
  for (std::size_t v = 0; v < out.variants.size(); ++v) {
    ServingSums sums;
    for (std::size_t c = 0; c < in.study.assignment.cells(); ++c)
      if (in.study.assignment.variant_in(c, in.experiment) == v) sums.merge(in.units.serving(c));
    if (sums.ms.count() == 0) continue;
    const auto share = [](std::int64_t part, std::int64_t of) {
      return of > 0 ? static_cast<double>(part) / static_cast<double>(of) : kNoValue;
    };
    const auto minutes = [&](const ServingSums::Pages& p) { return share(p.watched_ms, p.pages) / 60000; };
    const std::array values{sums.ms.quantile(0.5),
                            sums.ms.quantile(0.99),
                            share(sums.partial.pages, sums.ms.count()),
                            share(sums.late, sums.ms.count()),
                            share(sums.whole.clicks, sums.whole.impressions),
                            share(sums.partial.clicks, sums.partial.impressions),
                            minutes(sums.whole),
                            minutes(sums.partial)};
    VariantReport& report = out.variants[v];
    for (std::size_t k = 0; k < values.size(); ++k)
      report.metrics.push_back({infos[k].name, values[k], kNoValue, report.units});
  }
}

}  // namespace feedloop
