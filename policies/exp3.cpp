#include "policies/exp3.hpp"

#include <algorithm>

#include "policies/laws.hpp"
#include "policies/predicted_click.hpp"

namespace feedloop {

void Exp3::learn(std::span<const Interaction> pages) {
  for (const Interaction& page : pages)
    each_counted(page, feedback_, [&](std::size_t k) {
      if (!page.outcome.slots[k].clicked) return;
      const Slot& slot = page.slate.slots[k];
      if (slot.item.index() >= gains_.size()) gains_.resize(slot.item.index() + 1);
      gains_[slot.item.index()] += 1 / static_cast<double>(slot.propensity);
    });
}

std::unique_ptr<SlotLaw> Exp3::law(const Ranking& ranking, const Request&, Rng&) const {
  std::vector<double> gains;
  gains.reserve(ranking.candidates.size());
  for (const Candidate& c : ranking.candidates) {
    const double counted = c.item.index() < gains_.size() ? gains_[c.item.index()] : 0;
    gains.push_back(counted + params_.prior_weight * predicted_click(c.heads, params_.prior_mean));
  }
  const double eta = params_.eta_scale * params_.gamma / static_cast<double>(std::max<std::size_t>(1, gains.size()));
  return std::make_unique<WeightLaw>(boltzmann_weights(gains, 1 / eta), params_.gamma);
}

}  // namespace feedloop
