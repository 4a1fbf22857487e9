#include "policies/epsilon_greedy.hpp"

#include <algorithm>

#include "base/distributions.hpp"
#include "policies/propensity.hpp"

namespace feedloop {

Slate EpsilonGreedy::choose(const Ranking& ranking, const Request&, Rng rng) const {
  Slate slate;
  const int n = static_cast<int>(ranking.candidates.size());
  const int slots = std::min(n, ranking.slots);
  std::vector<int> left(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) left[static_cast<std::size_t>(i)] = i;
  for (int k = 0; k < slots; ++k) {
    const auto remaining = static_cast<std::uint32_t>(left.size());
    const std::uint32_t pick = bernoulli(rng, params_.epsilon) ? uniform_below(rng, remaining) : 0;
    const int rank = left[pick];
    left.erase(left.begin() + pick);
    Slot slot = slot_of(ranking.candidates[static_cast<std::size_t>(rank)]);
    slot.action_set = static_cast<std::int32_t>(remaining);
    // What is left is in order of rank, so the pick's index is the number of better candidates that remained.
    slot.propensity =
        static_cast<float>(epsilon_greedy_propensity(params_.epsilon, static_cast<int>(pick), static_cast<int>(remaining)));
    slot.marginal = static_cast<float>(epsilon_greedy_marginals(params_.epsilon, n, rank, k + 1)[static_cast<std::size_t>(k)]);
    slate.slots.push_back(slot);
  }
  return slate;
}

}  // namespace feedloop
