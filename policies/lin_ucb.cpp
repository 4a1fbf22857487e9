#include "policies/lin_ucb.hpp"

#include <cmath>

#include "policies/laws.hpp"

namespace feedloop {

std::unique_ptr<SlotLaw> LinUcb::law(const Ranking& ranking, const Request&, Rng&) const {
  LinearBook::Estimates e = book_.estimates(ranking);
  for (std::size_t i = 0; i < e.mean.size(); ++i) e.mean[i] += params_.alpha * std::sqrt(e.variance[i]);
  return std::make_unique<LargestLaw>(std::move(e.mean));
}

}  // namespace feedloop
