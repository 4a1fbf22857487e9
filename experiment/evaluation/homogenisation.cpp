#include <fmt/format.h>

#include "experiment/evaluation/evaluation.hpp"
#include "experiment/evaluation/truth.hpp"
#include "experiment/published/published.hpp"

namespace feedloop {

std::vector<EvaluationTable> evaluate_homogenisation(const Scenario& scenario, const EvaluationOptions& options) {
  const auto params = scenario.settings.read<PublishedParams>("published").homogenisation;
  std::vector<HomogenisationReport> worlds;
  for (int s = 0; s < options.seeds; ++s) {
    options.begin(s, options.seeds);
    worlds.push_back(run_homogenisation(params, Seed{nth_world(scenario, s).seed()}));
  }
  std::vector<EvaluationTable> tables;
  for (std::size_t t = 0; t < kTrainings.size(); ++t) {
    tables.push_back({fmt::format("Against the ideal recommender, {} training", kTrainings[t]),
                      {"recommender", "Jaccard of similar users", "less the ideal's", "utility over the ideal's, less 1",
                       "Gini of consumption less the ideal's"},
                      {},
                      ""});
    for (std::size_t r = 0; r < kHomogenisationRecommenders.size(); ++r) {
      const auto over = [&](double Homogenisation::*member) {
        std::vector<double> by_seed;
        for (const HomogenisationReport& world : worlds) by_seed.push_back(world[r][t].*member);
        return over_seeds(by_seed);
      };
      tables.back().rows.push_back({std::string(kLittleRecommenders[static_cast<std::size_t>(kHomogenisationRecommenders[r])]),
                                    over(&Homogenisation::jaccard), over(&Homogenisation::jaccard_change),
                                    over(&Homogenisation::utility_change), over(&Homogenisation::gini_change)});
    }
  }
  tables.back().note = fmt::format(
      "{} users, {} items, {} new a period; recommendations begin after {} periods and are trained in each, or after {} and "
      "are "
      "trained once. Means over {} worlds, Student's 95 % interval.",
      params.users, params.items, params.arrivals, params.startup, params.single_startup, options.seeds);
  return tables;
}

}  // namespace feedloop
