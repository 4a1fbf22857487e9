#include "experiment/analysis/exposure.hpp"

#include "stats/diversity.hpp"

namespace feedloop {
namespace {

constexpr int kLorenzPoints = 100;  // what a picture can show

}  // namespace

std::vector<MetricInfo> exposure_infos() {
  return {{"exposure_gini", "Gini of exposure", "", 1, 3, Direction::Neither,
           "0: every item is shown equally often; near 1: one item takes all."},
          {"exposure_coverage", "Coverage", "%", 100, 1, Direction::Neither, "Share of the catalogue shown at least once."},
          {"exposure_entropy", "Entropy of exposure", "nats", 1, 3, Direction::Neither,
           "-sum p ln p over the items' shares of impressions."},
          {"exposure_effective", "Effective number of items", "", 1, 0, Direction::Neither,
           "exp(entropy): as many evenly shown items would be as diverse."},
          {"exposure_top10", "Exposure of the top 10 %", "%", 100, 1, Direction::Neither,
           "Share of all impressions that the most shown tenth of the catalogue takes."}};
}

void analyse_exposure(const AnalysisInput& in, ExperimentReport& out) {
  const auto infos = exposure_infos();
  const std::size_t eligible = in.study.world.catalog(in.now).size();
  for (std::size_t v = 0; v < out.variants.size(); ++v) {
    std::vector<std::int64_t> counts(eligible, 0);
    for (std::size_t c = 0; c < in.study.assignment.cells(); ++c)
      if (in.study.assignment.variant_in(c, in.experiment) == v) {
        const auto shown = in.units.exposures(c);
        for (std::size_t i = 0; i < eligible; ++i) counts[i] += shown[i];
      }
    VariantReport& report = out.variants[v];
    const std::array values{gini(counts), coverage(counts), entropy(counts), effective_number(counts), top_share(counts, 0.1)};
    for (std::size_t k = 0; k < values.size(); ++k)
      report.metrics.push_back({infos[k].name, values[k], kNoValue, report.units});
    out.lorenz.push_back({report.name, {}, {}});
    for (const LorenzPoint& p : lorenz_curve(counts, kLorenzPoints)) {
      out.lorenz.back().items.push_back(p.items);
      out.lorenz.back().impressions.push_back(p.share);
    }
  }
}

}  // namespace feedloop
