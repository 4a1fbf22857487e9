#include "engine/ranking/value_model.hpp"

namespace feedloop {

HeadSet heads_of(const ValueParams& params) {
  HeadSet wanted{};
  for (std::size_t h = 0; h < kHeads; ++h) wanted[h] = params.weight[h] != 0 || h == static_cast<std::size_t>(Head::Click);
  return wanted;
}

void value_candidates(const ValueParams& params, const HeadValues& mean, std::span<Candidate> candidates) {
  for (Candidate& c : candidates) {
    float score = 0;
    for (std::size_t h = 0; h < kHeads; ++h) score += static_cast<float>(params.weight[h]) * c.heads[h] / mean[h];
    c.score = score;
  }
}

}  // namespace feedloop
