#include "policies/lin_thompson.hpp"

#include <cmath>

#include "policies/race.hpp"
#include "policies/sampled_law.hpp"

namespace feedloop {

std::unique_ptr<SlotLaw> LinThompson::law(const Ranking& ranking, const Request&, Rng& rng) const {
  if (book_.is_shared()) {
    std::vector<double> offsets;
    for (const Candidate& c : ranking.candidates) offsets.push_back(predicted_click(c.heads));
    return std::make_unique<SampledLaw>(book_.shared(), params_.scale, contexts_of(ranking, book_.context()),
                                        std::move(offsets), static_cast<int>(params_.propensity_draws), rng);
  }
  const LinearBook::Estimates e = book_.estimates(ranking);
  std::vector<Race::Runner> runners;
  for (std::size_t i = 0; i < e.mean.size(); ++i)
    runners.push_back({e.mean[i], params_.scale * std::sqrt(std::max(1e-12, e.variance[i]))});
  const bool free = ranking.limits == SlateLimits{};
  const std::size_t taken = free ? static_cast<std::size_t>(ranking.slots) - 1 : runners.size();
  return std::make_unique<Race>(Posterior::Gaussian, std::move(runners), taken);
}

}  // namespace feedloop
