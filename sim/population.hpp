// All users who will ever exist, in order of arrival, each a pure function of the seed and its id; users fill households in
// order (docs/WORLD.md). At sign-up a share of them picks the 3 to 5 categories that lie nearest to their taste, as they see
// it: cosine with the category's centre, standardised over the categories, plus noise.
#pragma once

#include <vector>

#include "base/random.hpp"
#include "sim/params.hpp"
#include "sim/user_state.hpp"

namespace feedloop {

struct Household {
  std::uint32_t first_user = 0, users = 0;  // a range of ids
};

struct Population {
  std::vector<UserTraits> users;      // by id
  std::vector<Household> households;  // by id
  std::size_t initial = 0;            // users alive at time 0
};

Population make_population(const PopulationParams& params, double bot_share, const std::vector<Latent>& centres, Seed seed,
                           SimTime horizon, const std::vector<UserRow>& rows);

}  // namespace feedloop
