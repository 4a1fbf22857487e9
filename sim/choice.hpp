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

// What the pull depends on besides user and item.
struct Moment {
  SimTime now;
  double residual = 0;  // the pair's fixed standard normal eps_ui
  double shock = 0;     // logits by which the item is viral
  double novelty = 0;   // of the page, 0..1 (sim/habit.hpp)
  double mix = 0;       // logits by which the user likes the category more than most (sim/category_mix.hpp)
};

// Requires: pass_time() ran for this instant.
Pull pull(const UserTraits& user, const UserState& state, const ItemTruth& item, const Moment& moment,
          const AffinityScale& scale, const ChoiceParams& p, const ItemParams& items);

// How far the item promised more than it kept, for surveys: g = 0.8 max(0, A - a0 - r).
double disappointment(const Pull& pull, const ChoiceParams& p);

}  // namespace feedloop
