// What follows a click (docs/WORLD.md).
#pragma once

#include "base/interaction.hpp"
#include "base/random.hpp"
#include "sim/params.hpp"

namespace feedloop {

// Draws bounce, completion, watch time and explicit signals. Every draw has its own place in the stream, so that two worlds
// that differ in one branch keep the same luck in the others.
SlotOutcome watch(Rng rng, double relevance, double clickbait, double duration_min, const WatchParams& p);

// A feed that plays by itself: the share watched is Gamma(shape, scale exp(c (r - mean))), which may exceed 1 by looping
// (defaults: quartiles 0.33, 0.66, 1.17 and mean 0.85, near those of KuaiRec's big matrix, Gao et al. 2022). Every play is
// seen; Kuaishou's labels: `clicked` is a valid play, W >= D if D <= 7 s, else W > 7 s; `skipped` a short one, W < min(3 s, D).
// Signals as above.
SlotOutcome autoplay(Rng rng, Rng loop, double relevance, double duration_min, const WatchParams& p);

// Oracles of autoplay(): E[watch] in ms, and P(valid play).
double expected_autoplay_ms(double relevance, double duration_min, const WatchParams& p);
double valid_play_probability(double relevance, double duration_min, const WatchParams& p);

// E[watch | click] in ms, the oracle of watch(): P_B w_b (1 - e^{-D/w_b}) + (1 - P_B) D (P_K + (1 - P_K) M(r)), with
// M(r) = E_z sigma(logit m + sd z) by Gauss-Hermite quadrature.
double expected_watch_ms(double relevance, double clickbait, double duration_min, const WatchParams& p);

}  // namespace feedloop
