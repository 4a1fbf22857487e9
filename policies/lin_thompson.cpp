#include "policies/lin_thompson.hpp"

#include <cmath>

#include "policies/predicted_click.hpp"
#include "policies/race.hpp"
#include "policies/sampled_law.hpp"

namespace feedloop {

std::unique_ptr<SlotLaw> LinThompson::law(const Ranking& ranking, const Request&, Rng& rng) const {
  if (book_.is_shared()) {
    std::vector<double> offsets;
    for (const Candidate& c : ranking.candidates) offsets.push_back(predicted_click(c.heads, 0));
    return std::make_unique<SampledLaw>(book_.shared(), params_.scale, contexts_of(ranking, book_.context()),
                                        std::move(offsets), static_cast<int>(params_.propensity_draws), rng);
  }
  const LinearBook::Estimates e = book_.estimates(ranking);
  std::vector<Race::Runner> runners;
  for (std::size_t i = 0; i < e.mean.size(); ++i)
    runners.push_back({e.mean[i], params_.scale * std::sqrt(std::max(1e-12, e.variance[i]))});
  return std::make_unique<Race>(Posterior::Gaussian, std::move(runners), ranking.slots);
}

}  // namespace feedloop
