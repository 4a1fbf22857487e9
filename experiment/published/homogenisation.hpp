// Homogenisation without a gain in utility: recommenders that learn from what they had users consume (Chaney, Stewart &
// Engelhardt 2018, "How algorithmic confounding in recommendation systems increases homogeneity and decreases utility",
// RecSys). The set-up is the paper's, in the small world of consumption (experiment/published/consumption_world.hpp):
//
//   preferences ~ Dirichlet(10 g), g ~ Dirichlet(1, …);  item attributes ~ Dirichlet(0.1 h), h ~ Dirichlet(100, …)
//   each user consumes one item a period, none twice; recommendations begin after a start-up, and recommenders learn
//   repeated   in every period after the short start-up
//   single     once, after the long one
//
// Differences from the paper: utility and what users know of it are their means (their noise has sd 1e-5, and knowing 98 % of
// all utilities changes no order); the start-up shows the new items alone; social filtering is user_cf, as the paper's has a
// network of its own; content filtering is Rocchio's profile instead of non-negative least squares; factorization is PureSVD.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/parameters.hpp"
#include "experiment/published/consumption_world.hpp"

namespace feedloop {

struct HomogenisationParams {
  std::int64_t users = 100, items = 1'000, arrivals = 10, startup = 10, single_startup = 50, attributes = 20, factors = 10;
  void describe(Describe& d);
};

// The last is the ideal: it knows every utility.
constexpr std::array<LittleRecommender, 6> kHomogenisationRecommenders{
    LittleRecommender::Content, LittleRecommender::Factorization, LittleRecommender::Popularity,
    LittleRecommender::UserCf,  LittleRecommender::Random,        LittleRecommender::Oracle};
constexpr std::array<std::string_view, 2> kTrainings{"repeated", "single"};

struct Homogenisation {
  double jaccard = 0;  // mean over users: |both| / |either| of all that the user and the most similar other one consumed
  double utility = 0;  // mean utility of what is consumed after the start-up
  double gini = 0;     // of the items' consumptions
  // Against the ideal of the same world and training.
  double jaccard_change = 0;  // jaccard less the ideal's
  double utility_change = 0;  // utility over the ideal's, less 1
  double gini_change = 0;     // gini less the ideal's
};

// By recommender and training.
using HomogenisationReport = std::array<std::array<Homogenisation, kTrainings.size()>, kHomogenisationRecommenders.size()>;

// Throws Error when a start-up leaves no period with recommendations.
ConsumptionWorld homogenisation_world(const HomogenisationParams& params, Seed seed);
HomogenisationReport run_homogenisation(const HomogenisationParams& params, Seed seed);

// By user: the other one whose preferences have the largest cosine; ties to the lowest number. Requires: two users or more.
std::vector<std::size_t> most_similar_users(const ConsumptionWorld& world);
// The first three members. `chosen` is consume()'s. Requires: `likeness` is most_similar_users().
Homogenisation homogenisation_of(const ConsumptionWorld& world, std::span<const std::size_t> likeness, std::size_t startup,
                                 std::span<const std::int32_t> chosen);

}  // namespace feedloop
