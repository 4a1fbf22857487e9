#include "engine/rerank/mmr.hpp"

#include <algorithm>

namespace feedloop {

void rerank_mmr(std::vector<Candidate>& candidates, Catalog catalog, std::size_t slots, double lambda) {
  const std::size_t n = candidates.size();
  slots = std::min(slots, n);
  if (lambda >= 1 || n < 2) return;
  const float top = candidates.front().score, bottom = candidates.back().score;
  const float scale = top > bottom ? 1.0f / (top - bottom) : 0.0f;
  const auto l = static_cast<float>(lambda);

  // Similarity to the slate only grows: one new dot product a candidate and slot keeps it current.
  std::vector<float> nearest(n, -1.0f);  // the least a cosine can be
  std::vector<std::uint8_t> picked(n, 0);
  std::vector<Candidate> out;
  out.reserve(n);
  for (std::size_t slot = 0; slot < slots; ++slot) {
    std::size_t best = n;
    float best_score = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (picked[i]) continue;
      const float score = l * (candidates[i].score - bottom) * scale - (slot > 0 ? (1 - l) * nearest[i] : 0.0f);
      if (best == n || score > best_score) {
        best = i;
        best_score = score;
      }
    }
    picked[best] = 1;
    out.push_back(candidates[best]);
    const auto& x = catalog[candidates[best].item.index()].content;
    for (std::size_t i = 0; i < n; ++i) {
      if (picked[i]) continue;
      const auto& y = catalog[candidates[i].item.index()].content;
      float dot = 0;
      for (std::size_t d = 0; d < kContentDims; ++d) dot += x[d] * y[d];
      nearest[i] = std::max(nearest[i], dot);
    }
  }
  for (std::size_t i = 0; i < n; ++i)
    if (!picked[i]) out.push_back(candidates[i]);
  candidates = std::move(out);
}

}  // namespace feedloop
