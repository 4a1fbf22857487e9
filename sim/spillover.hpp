// A play that pleased is passed on: to somebody of the household, or along the user's network. Whoever it reaches looks at it
// at the head of their next page, whatever the recommender shows them: this is how a treatment reaches control.
#pragma once

#include <span>

#include "base/random.hpp"
#include "sim/params.hpp"
#include "sim/population.hpp"

namespace feedloop {

// SlotOutcome::told of a play, of draws keyed by request and item.
std::uint8_t told(Rng rng, double relevance, const SpilloverParams& p);

// Who hears of it, by bit of `told`; nobody when the household has one member. Neighbours are drawn once for each user among
// those of the start. Keyed by request and item, as told() is, in a stream of its own.
std::vector<UserId> listeners(Seed seed, const Request& request, ItemId item, std::uint8_t told, const Population& population,
                              const SpilloverParams& p);

}  // namespace feedloop
