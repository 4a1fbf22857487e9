#include "engine/ranking/value_model.hpp"

namespace feedloop {

void value_candidates(const ValueParams& params, const std::array<float, kHeads>& mean, std::span<Candidate> candidates) {
  for (Candidate& c : candidates) {
    float score = 0;
    for (std::size_t h = 0; h < kHeads; ++h) score += static_cast<float>(params.weight[h]) * c.heads[h] / mean[h];
    c.score = score;
  }
}

}  // namespace feedloop
