// Symbiosis bias: recommenders under test learn from one another's data, so that an A/B test of two of them does not measure
// what a launch of either would do (Brennan, Cong, Yu, Lin, Peng, Meng, Han, Pouget-Abadie & Holtz 2025, "Reducing symbiosis
// bias through better A/B tests of recommendation algorithms", WWW). The set-up is the paper's small world of consumption
// (experiment/published/consumption_world.hpp): preferences ~ Dirichlet(1, …), item attributes ~ Dirichlet(0.01, …), reserve =
// the user's median utility over all items. One fixed world, drawn from `world_seed`; replications differ in who is in which
// variant, in the order of new items and of ties. Utility is its mean: the paper's noise around it has sd 1e-5.
//
// Take-up is the share of user-periods after the start-up in which a recommended (old) item is consumed. Every pair of
// recommenders is tested by every design, half of the users (or clusters) each:
//
//   naive           users at random; both learn from everybody
//   data_diverted   users at random; each learns from its own users
//   co_diverted     and each has its own half of the items, drawn within each period's arrivals
//   clusters        whole clusters at random, of k-means on preferences; both learn from everybody
//   clusters_20 …   the same, with that share of the users moved at random among the clusters' places
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/parameters.hpp"
#include "experiment/published/consumption_world.hpp"

namespace feedloop {

struct SymbiosisParams {
  std::int64_t users = 100, items = 1'000, arrivals = 10, startup = 10, attributes = 10, clusters = 10, replications = 20;
  std::int64_t world_seed = 13'034;
  std::string reserve = "observed";
  void describe(Describe& d);
};

constexpr std::array<LittleRecommender, 4> kSymbiosisRecommenders{LittleRecommender::ItemCf, LittleRecommender::UserCf,
                                                                  LittleRecommender::Random, LittleRecommender::Oracle};
constexpr std::array<std::string_view, 7> kSymbiosisDesigns{"naive",       "data_diverted", "co_diverted", "clusters",
                                                            "clusters_20", "clusters_50",   "clusters_100"};

struct SymbiosisPair {
  std::size_t a = 0, b = 0;  // of kSymbiosisRecommenders; effects are a's take-up less b's
  // By design and replication: take-up of a and of b in the experiment.
  std::array<std::array<std::vector<double>, 2>, kSymbiosisDesigns.size()> take_up;
};

struct SymbiosisReport {
  SymbiosisParams params;
  // By recommender and replication: take-up when everybody has it.
  std::array<std::vector<double>, kSymbiosisRecommenders.size()> reference;
  std::vector<SymbiosisPair> pairs;                                  // each two once, in order
  std::vector<double> true_effect(const SymbiosisPair& pair) const;  // by replication
  std::vector<double> estimate(const SymbiosisPair& pair, std::size_t design) const;
};

// Throws Error when the start-up leaves no period with recommendations, or there are fewer users than clusters.
ConsumptionWorld symbiosis_world(const SymbiosisParams& params);
// The luck of replications `first` … is keyed by `seed` and their number. `progress` is told the share done between batches of
// replications and may throw.
SymbiosisReport run_symbiosis(const SymbiosisParams& params, Seed seed, const std::function<void(double)>& progress = {});

// Who is served what in one replication.
ConsumptionRun symbiosis_run(const ConsumptionWorld& world, const SymbiosisParams& params, std::string_view design,
                             std::span<const std::uint32_t> cluster, Seed seed, std::uint32_t replication);
// By user, from k-means on preferences.
std::vector<std::uint32_t> preference_clusters(const ConsumptionWorld& world, std::size_t clusters);
// Of the users of each variant; NaN of a variant without users. `chosen` is consume()'s.
std::array<double, 2> take_up(const ConsumptionWorld& world, const ConsumptionRun& run, std::span<const std::int32_t> chosen);

}  // namespace feedloop
