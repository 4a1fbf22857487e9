#include "policies/ucb1.hpp"

#include <cmath>

#include "policies/laws.hpp"

namespace feedloop {

std::unique_ptr<SlotLaw> Ucb1::law(const Ranking& ranking, const Request&, Rng&) const {
  const double log_t = std::log(std::max(1.0, book_.rounds()));
  std::vector<double> values;
  values.reserve(ranking.candidates.size());
  for (const Candidate& c : ranking.candidates) {
    const ItemBook::Belief b = book_.belief(c);
    values.push_back(b.weight > 0 ? b.mean + params_.scale * std::sqrt(2 * log_t / b.weight) : 1e300);
  }
  return std::make_unique<LargestLaw>(std::move(values));
}

}  // namespace feedloop
