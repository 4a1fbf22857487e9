#include <fmt/format.h>

#include "experiment/evaluation/evaluation.hpp"
#include "experiment/evaluation/truth.hpp"
#include "experiment/published/published.hpp"

namespace feedloop {

std::vector<EvaluationTable> evaluate_degeneracy(const Scenario& scenario, const EvaluationOptions& options) {
  const auto params = scenario.settings.read<PublishedParams>("published").degeneracy;
  std::vector<DegeneracyReport> worlds;
  for (int s = 0; s < options.seeds; ++s) {
    options.begin(s, options.seeds);
    worlds.push_back(run_degeneracy(params, Seed{nth_world(scenario, s).seed()}));
  }
  const auto over = [&](std::size_t recommender, std::size_t pool, auto of) {
    std::vector<double> by_seed;
    for (const DegeneracyReport& world : worlds) by_seed.push_back(of(world[recommender][pool]));
    return over_seeds(by_seed);
  };
  const auto last = [](const Degeneracy& d) { return d.distance.back(); };
  const auto largest = [](const Degeneracy& d) { return d.largest; };

  EvaluationTable course{"Distance of interests from where they began, a fixed pool", {"recommender"}, {}, ""};
  constexpr std::array<std::size_t, 5> kShown{1, 2, 5, 8, 10};  // tenths of the steps
  for (const std::size_t point : kShown)
    course.columns.push_back(
        fmt::format("step {}", (params.steps * static_cast<std::int64_t>(point) + kDegeneracyPoints - 1) / kDegeneracyPoints));
  course.columns.push_back("growth by 1,000 steps, last half");
  EvaluationTable pools{"Distance at the end by growth of the pool", {"recommender"}, {}, ""};
  EvaluationTable one{"Largest change of one interest at the end", {"recommender"}, {}, ""};
  for (const PoolGrowth& pool : kPoolGrowths) {
    pools.columns.emplace_back(pool.name);
    one.columns.emplace_back(pool.name);
  }
  for (std::size_t r = 0; r < kDriftRecommenders.size(); ++r) {
    for (EvaluationTable* table : {&course, &pools, &one}) table->rows.push_back({std::string(kDriftRecommenders[r])});
    for (const std::size_t point : kShown)
      course.rows.back().push_back(over(r, 0, [&](const Degeneracy& d) { return d.distance[point]; }));
    course.rows.back().push_back(over(r, 0, [](const Degeneracy& d) { return d.growth; }));
    for (std::size_t pool = 0; pool < kPoolGrowths.size(); ++pool) {
      pools.rows.back().push_back(over(r, pool, last));
      one.rows.back().push_back(over(r, pool, largest));
    }
  }
  one.note = fmt::format(
      "{} items to begin with and floor(t^eta) more by step t, {} shown a step, {} steps, drift up to {}. Means over {} worlds "
      "of {}, Student's 95 % interval.",
      params.items, params.slots, params.steps, params.drift, options.seeds,
      params.users == 1 ? "one user" : fmt::format("{} users", params.users));
  return {std::move(course), std::move(pools), std::move(one)};
}

}  // namespace feedloop
