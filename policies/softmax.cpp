#include "policies/softmax.hpp"

#include "policies/laws.hpp"

namespace feedloop {

std::unique_ptr<SlotLaw> Softmax::law(const Ranking& ranking, const Request&, Rng&) const {
  const bool counts = params_.values == "counts";
  std::vector<double> values;
  for (const Candidate& c : ranking.candidates) values.push_back(counts ? book_.belief(c).mean : static_cast<double>(c.score));
  return std::make_unique<WeightLaw>(boltzmann_weights(values, params_.temperature));
}

}  // namespace feedloop
