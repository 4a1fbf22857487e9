#include "policies/epsilon_greedy.hpp"

#include "base/distributions.hpp"
#include "policies/propensity.hpp"
#include "policies/slot_draw.hpp"

namespace feedloop {
namespace {

struct Law {
  double epsilon;
  std::size_t draw(Rng& rng, std::span<const std::uint16_t> admitted) const {
    return bernoulli(rng, epsilon) ? uniform_below(rng, static_cast<std::uint32_t>(admitted.size())) : 0;
  }
  // The admitted are in order of rank, so the index is the number of better ones.
  double propensity(std::span<const std::uint16_t> admitted, std::size_t i) const {
    return epsilon_greedy_propensity(epsilon, static_cast<int>(i), static_cast<int>(admitted.size()));
  }
};

}  // namespace

Slate EpsilonGreedy::choose(const Ranking& ranking, const Request&, Rng rng) const {
  static thread_local SlateRules rules;
  const Law law{params_.epsilon};
  Slate slate = draw_slate(ranking, law, rng, rules);
  if (params_.epsilon <= 0) return slate;
  if (rules.can_bind()) {
    estimate_marginals(ranking, law, rng, static_cast<int>(params_.marginal_draws), rules, slate);
    return slate;
  }
  const int n = static_cast<int>(ranking.candidates.size());
  for (std::size_t k = 0; k < slate.slots.size(); ++k) {
    int rank = 0;
    while (ranking.candidates[static_cast<std::size_t>(rank)].item != slate.slots[k].item) ++rank;
    slate.slots[k].marginal =
        static_cast<float>(epsilon_greedy_marginals(params_.epsilon, n, rank, static_cast<int>(k) + 1)[k]);
  }
  return slate;
}

}  // namespace feedloop
