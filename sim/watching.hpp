// What follows a click (docs/WORLD.md).
#pragma once

#include "base/interaction.hpp"
#include "base/random.hpp"
#include "sim/params.hpp"

namespace feedloop {

// Draws bounce, completion, watch time and explicit signals. Every draw has its own place in the stream, so that two worlds
// that differ in one branch keep the same luck in the others.
SlotOutcome watch(Rng rng, double relevance, double clickbait, double duration_min, const WatchParams& p);

// E[watch | click] in ms, the oracle of watch(): P_B w_b (1 - e^{-D/w_b}) + (1 - P_B) D (P_K + (1 - P_K) M(r)), with
// M(r) = E_z sigma(logit m + sd z) by Gauss-Hermite quadrature.
double expected_watch_ms(double relevance, double clickbait, double duration_min, const WatchParams& p);

}  // namespace feedloop
