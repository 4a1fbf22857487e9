// Draws a slate slot by slot from the candidates that the rules of the slate admit, by any law over those, and logs what it
// drew from: the whole of a policy whose slots differ only in who is left.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "base/slate_rules.hpp"
#include "policies/policy.hpp"

namespace feedloop {

// A law gives, for the admitted candidates in order of rank (positions in Ranking::candidates, at least one):
//   std::size_t draw(Rng&, std::span<const std::uint16_t> admitted, std::size_t slot)   an index into `admitted`
//   double propensity(admitted, std::size_t i, slot)                                    P(draw gives i)
//   double propensity_error(admitted, i, propensity, slot)                              its standard error; may be left out
//   std::size_t action_set(admitted, slot)                                              how many may be drawn; left out: all
//
// draw_slate fills every slot's propensity, action set and waiver; marginals stay 1.
template <class Law>
Slate draw_slate(const Ranking& ranking, const Law& law, Rng& rng, SlateRules& rules) {
  Slate slate;
  std::vector<std::uint16_t> admitted;
  rules.begin(ranking.limits, ranking.candidates);
  for (std::size_t k = 0; rules.left() > 0 && k < static_cast<std::size_t>(ranking.slots); ++k) {
    rules.admitted(admitted);
    const std::size_t pick = law.draw(rng, admitted, k);
    Slot slot = slot_of(ranking.candidates[admitted[pick]]);
    const double propensity = law.propensity(admitted, pick, k);
    slot.propensity = static_cast<float>(propensity);
    if constexpr (requires { law.propensity_error(admitted, pick, propensity, k); })
      slot.propensity_error = static_cast<float>(law.propensity_error(admitted, pick, propensity, k));
    slot.action_set = static_cast<std::int32_t>(admitted.size());
    if constexpr (requires { law.action_set(admitted, k); })
      slot.action_set = static_cast<std::int32_t>(law.action_set(admitted, k));
    slot.waived = rules.least();
    slate.slots.push_back(slot);
    rules.take(admitted[pick]);
  }
  return slate;
}

// Monte-Carlo marginals of the slots of a slate that draw_slate drew, with standard errors. P(item at slot k) is a sum over
// what the earlier slots may hold; the term of what they do hold is known exactly, the rest is the mean over `draws` further
// slates of the law's propensity for the item after their own first k slots, 0 where these are the slate's own. Always
// positive and, for the slate given, unbiased; exact at the first slot where propensities are. Errors of Monte-Carlo
// propensities are carried on. Requires: draws > 0.
template <class Law>
void estimate_marginals(const Ranking& ranking, const Law& law, Rng& rng, int draws, SlateRules& rules, Slate& slate) {
  const std::size_t slots = slate.slots.size();
  std::vector<double> sum(slots, 0.0), squares(slots, 0.0);
  std::vector<std::uint16_t> at(slots), admitted;  // where the slate's items stand in the ranking
  for (std::size_t k = 0; k < slots; ++k)
    while (ranking.candidates[at[k]].item != slate.slots[k].item) ++at[k];
  rules.begin(ranking.limits, ranking.candidates);
  for (int n = 0; n < draws; ++n) {
    rules.restart();
    bool parted = false;  // from the slate
    for (std::size_t k = 0; k < slots; ++k) {
      rules.admitted(admitted);
      const auto same = std::lower_bound(admitted.begin(), admitted.end(), at[k]);
      if (parted && same != admitted.end() && *same == at[k]) {
        const double p = law.propensity(admitted, static_cast<std::size_t>(same - admitted.begin()), k);
        sum[k] += p;
        squares[k] += p * p;
      }
      const std::uint16_t pick = admitted[law.draw(rng, admitted, k)];
      parted = parted || pick != at[k];
      rules.take(pick);
    }
  }
  double known = 1, relative = 0;  // probability of the slate's first k slots, and its squared relative error
  for (std::size_t k = 0; k < slots; ++k) {
    Slot& slot = slate.slots[k];
    const double mean = sum[k] / draws, rest = std::max(0.0, 1 - known);
    known *= static_cast<double>(slot.propensity);
    slot.marginal = static_cast<float>(std::min(1.0, known + mean));
    // As if one more draw had deviated, lest a path that no draw took count as impossible.
    const double spread = std::sqrt(std::max(0.0, squares[k] - mean * sum[k]) + rest) / draws;
    const double off = static_cast<double>(slot.propensity_error) / static_cast<double>(slot.propensity);
    relative += off * off;
    slot.marginal_error = static_cast<float>(std::hypot(spread, (known + mean) * std::sqrt(relative)));
  }
}

}  // namespace feedloop
