#include "policies/greedy.hpp"

#include <algorithm>

namespace feedloop {

Slate Greedy::choose(const Ranking& ranking, const Request&, Rng) const {
  Slate slate;
  const auto n = std::min(ranking.candidates.size(), static_cast<std::size_t>(ranking.slots));
  for (std::size_t k = 0; k < n; ++k) slate.slots.push_back(slot_of(ranking.candidates[k]));
  return slate;
}

}  // namespace feedloop
