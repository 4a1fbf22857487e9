// Propensity mathematics, as pure functions.
#pragma once

#include <vector>

namespace feedloop {

// Slots are drawn without replacement from n ranked candidates: with probability epsilon uniformly among the remaining, else
// the best remaining.
//
// P(the candidate of rank `rank` is drawn now | its `better_left` better candidates remain, `left` candidates remain).
double epsilon_greedy_propensity(double epsilon, int better_left, int left);

// P(the candidate of rank `rank` (0-based) stands at slot j), j = 0..slots-1, over all draws; closed form by dynamic
// programming over how many better candidates were taken. Requires: 0 <= rank < n, slots <= n.
std::vector<double> epsilon_greedy_marginals(double epsilon, int n, int rank, int slots);

}  // namespace feedloop
