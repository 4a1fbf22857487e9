#include "policies/thompson.hpp"

#include <cmath>

#include "policies/race.hpp"

namespace feedloop {

std::unique_ptr<SlotLaw> Thompson::law(const Ranking& ranking, const Request&, Rng&) const {
  const bool gaussian = params_.posterior == "gaussian";
  const double narrower = 1 / (params_.scale * params_.scale);
  std::vector<Race::Runner> runners;
  runners.reserve(ranking.candidates.size());
  for (const Candidate& c : ranking.candidates) {
    const ItemBook::Belief b = book_.belief(c);
    const double n = std::max(1e-3, b.weight * narrower);
    if (gaussian)
      runners.push_back({b.mean, std::sqrt(b.mean * (1 - b.mean) / n)});
    else
      runners.push_back({std::max(1e-3, n * b.mean), std::max(1e-3, n * (1 - b.mean))});
  }
  return std::make_unique<Race>(gaussian ? Posterior::Gaussian : Posterior::Beta, std::move(runners), ranking.slots);
}

}  // namespace feedloop
