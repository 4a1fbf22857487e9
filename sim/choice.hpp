// What attracts and what satisfies: they differ by clickbait (docs/WORLD.md).
#pragma once

#include "sim/item_supply.hpp"
#include "sim/params.hpp"
#include "sim/user_state.hpp"

namespace feedloop {

// Mean and standard deviation of taste . item over the generated world: affinity is standardised by them.
struct AffinityScale {
  double mean = 0, sd = 1;
};

struct Pull {
  double appeal = 0;     // A, logit of P(click | examined)
  double relevance = 0;  // r, what the consumer will feel
};

// `residual` is the pair's fixed standard normal eps_ui. Requires: decay_categories ran for this instant.
Pull pull(const UserTraits& user, const UserState& state, const ItemTruth& item, double residual, SimTime now,
          const AffinityScale& scale, const ChoiceParams& p, const ItemParams& items);

}  // namespace feedloop
