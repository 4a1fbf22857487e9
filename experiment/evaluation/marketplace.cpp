#include <cmath>

#include <fmt/format.h>

#include "experiment/evaluation/evaluation.hpp"
#include "experiment/published/published.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

std::vector<EvaluationTable> evaluate_marketplace(const Scenario& scenario, const EvaluationOptions& options) {
  const auto params = scenario.settings.read<PublishedParams>("published").marketplace;
  RatioMoments truth;
  std::array<RatioMoments, kMarketDesigns.size()> estimates, biases;
  for (int s = 0; s < options.seeds; ++s) {
    options.begin(s, options.seeds);
    const MarketplaceReport one = run_marketplace(params, Seed{nth_world(scenario, s).seed()});
    for (std::size_t r = 0; r < one.true_effect.size(); ++r) {
      truth.add(100 * one.true_effect[r]);
      for (std::size_t d = 0; d < kMarketDesigns.size(); ++d) {
        estimates[d].add(100 * one.estimate[d][r]);
        biases[d].add(100 * (one.estimate[d][r] - one.true_effect[r]));
      }
    }
  }
  const auto with_error = [](const RatioMoments& m) {
    const Estimate e = ratio_estimate(m);
    return m.n < 2 ? fmt::format("{:.2f}", e.value) : fmt::format("{:.2f} ± {:.2f}", e.value, std::sqrt(e.variance));
  };
  const auto spread = [](const RatioMoments& m) {
    return m.n < 2 ? std::string("–") : fmt::format("{:.2f}", std::sqrt(m.variance_num()));
  };
  EvaluationTable table{"Effect of a higher price on bookings, percentage points of listings",
                        {"design", "mean", "bias", "sd over experiments"},
                        {{"true effect", with_error(truth), "", spread(truth)}},
                        ""};
  for (std::size_t d = 0; d < kMarketDesigns.size(); ++d)
    table.rows.push_back(
        {std::string(kMarketDesigns[d]), with_error(estimates[d]), with_error(biases[d]), spread(estimates[d])});
  table.note = fmt::format(
      "{} listings, {} guests who choose among the nearest {} vacant ones; {} markets with an experiment of each design, ± "
      "Monte-Carlo standard error. The bias is paired by market.",
      params.listings, params.guests, params.considered, truth.n);
  return {std::move(table)};
}

}  // namespace feedloop
