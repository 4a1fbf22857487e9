#include <cmath>

#include <fmt/format.h>

#include "experiment/evaluation/evaluation.hpp"
#include "experiment/published/published.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

// In percentage points, with the Monte-Carlo standard error.
std::string points(std::span<const double> by_replication) {
  RatioMoments m;
  for (const double x : by_replication) m.add(100 * x);
  const Estimate e = ratio_estimate(m);
  return m.n < 2 ? fmt::format("{:.2f}", e.value) : fmt::format("{:.2f} ± {:.2f}", e.value, std::sqrt(e.variance));
}

void append(std::vector<double>& to, const std::vector<double>& more) { to.insert(to.end(), more.begin(), more.end()); }

std::string_view recommender_name(std::size_t r) {
  return kLittleRecommenders[static_cast<std::size_t>(kSymbiosisRecommenders[r])];
}

}  // namespace

std::vector<EvaluationTable> evaluate_symbiosis(const Scenario& scenario, const EvaluationOptions& options) {
  const auto params = scenario.settings.read<PublishedParams>("published").symbiosis;
  SymbiosisReport all;
  for (int s = 0; s < options.seeds; ++s) {
    const SymbiosisReport one = run_symbiosis(params, Seed{nth_world(scenario, s).seed()},
                                              [&](double done) { options.progress((s + done) / options.seeds); });
    if (s == 0) {
      all = one;
      continue;
    }
    for (std::size_t r = 0; r < one.reference.size(); ++r) append(all.reference[r], one.reference[r]);
    for (std::size_t p = 0; p < one.pairs.size(); ++p)
      for (std::size_t d = 0; d < kSymbiosisDesigns.size(); ++d)
        for (const std::size_t v : {0u, 1u}) append(all.pairs[p].take_up[d][v], one.pairs[p].take_up[d][v]);
  }

  EvaluationTable reference{"Take-up when everybody has one recommender, %", {"recommender", "take-up"}, {}, ""};
  for (std::size_t r = 0; r < all.reference.size(); ++r)
    reference.rows.push_back({std::string(recommender_name(r)), points(all.reference[r])});

  EvaluationTable estimates{"Effect on take-up, percentage points", {"pair", "true effect"}, {}, ""};
  EvaluationTable biases{"Estimate less true effect, percentage points", {"pair"}, {}, ""};
  for (const std::string_view design : kSymbiosisDesigns) {
    estimates.columns.emplace_back(design);
    biases.columns.emplace_back(design);
  }
  for (const SymbiosisPair& pair : all.pairs) {
    const std::string name = fmt::format("{} - {}", recommender_name(pair.a), recommender_name(pair.b));
    const std::vector<double> truth = all.true_effect(pair);
    estimates.rows.push_back({name, points(truth)});
    biases.rows.push_back({name});
    for (std::size_t d = 0; d < kSymbiosisDesigns.size(); ++d) {
      std::vector<double> estimate = all.estimate(pair, d);
      estimates.rows.back().push_back(points(estimate));
      for (std::size_t r = 0; r < estimate.size(); ++r) estimate[r] -= truth[r];
      biases.rows.back().push_back(points(estimate));
    }
  }
  biases.note = fmt::format(
      "{} users, {} items, {} periods of which {} without recommendations; one fixed world (seed {}), {} replications; ± "
      "Monte-Carlo standard error. A bias is paired by replication with the runs in which everybody has one recommender. "
      "clusters_n: n % of the users moved out of their cluster at random, so that 100 is naive with groups of unequal size.",
      params.users, params.items, params.items / params.arrivals, params.startup, params.world_seed, all.reference[0].size());
  return {std::move(reference), std::move(estimates), std::move(biases)};
}

}  // namespace feedloop
