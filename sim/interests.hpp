// Interests that come from outside the platform: on some days a user finds a new category, and an old one weakens. They move
// the anchor of taste, which what is consumed does not (docs/WORLD.md).
#pragma once

#include <span>

#include "base/random.hpp"
#include "sim/params.hpp"
#include "sim/user_state.hpp"

namespace feedloop {

// Brings in the new interests of all local days up to and including that of `now`. A day's draws are keyed by user and day: a
// new category, any but the three strongest, and the old one, of those three. Taste and anchor <- normalise(x + w (mu_new -
// mu_old)).
void find_interests(Seed seed, const UserTraits& user, UserState& state, SimTime now, std::span<const Latent> centres,
                    const DynamicsParams& p);

// The category that a visit begins by searching in: lately found, or liked. 0 = no search, else 1-based.
std::uint8_t searched(Rng rng, const UserState& state, std::int64_t local_day, std::span<const Latent> centres,
                      const VisitParams& p);

}  // namespace feedloop
