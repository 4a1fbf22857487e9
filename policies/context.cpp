#include "policies/context.hpp"

#include <algorithm>
#include <cmath>

namespace feedloop {

void ContextParams::describe(Describe& d) {
  d.integer("dims", dims, {1, 256}, "", "Dimensions of the context; more features are hashed into these.");
  d.flag("standardise", standardise, "Centre and scale features by the first thousand rows learned.");
}

void ContextMap::map(std::span<const float> row, float* x) const {
  const auto dims = static_cast<std::size_t>(params_.dims);
  x[0] = 1;
  std::fill_n(x + 1, dims, 0.0f);
  if (params_.standardise && (rows_ < kFreezeRows || row.size() != centre_.size())) return;
  for (std::size_t j = 0; j < row.size(); ++j) {
    double v = static_cast<double>(row[j]);
    if (params_.standardise) v = std::clamp((v - centre_[j]) * spread_[j], -4.0, 4.0);
    const bool negative = row.size() > dims && (j * 2654435761u >> 16 & 1);
    x[1 + j % dims] += static_cast<float>(negative ? -v : v);
  }
  if (params_.standardise) {
    const float scale = 1 / std::sqrt(static_cast<float>(dims));
    for (std::size_t d = 1; d <= dims; ++d) x[d] *= scale;
  }
}

void ContextMap::observe(std::span<const float> row) {
  if (!params_.standardise || rows_ >= kFreezeRows || row.empty()) return;
  if (rows_ == 0) centre_.assign(row.size(), 0.0), spread_.assign(row.size(), 0.0);
  if (row.size() != centre_.size()) return;
  ++rows_;
  for (std::size_t j = 0; j < row.size(); ++j) {
    const double off = static_cast<double>(row[j]) - centre_[j];
    centre_[j] += off / static_cast<double>(rows_);
    spread_[j] += off * (static_cast<double>(row[j]) - centre_[j]);
  }
  if (rows_ == kFreezeRows)
    for (double& s : spread_) s = s > 1e-12 ? std::sqrt(static_cast<double>(rows_) / s) : 0;
}

std::vector<float> contexts_of(const Ranking& ranking, const ContextMap& map) {
  const auto width = static_cast<std::size_t>(ranking.width);
  std::vector<float> x(ranking.candidates.size() * map.size());
  for (std::size_t i = 0; i < ranking.candidates.size(); ++i)
    map.map({ranking.features.data() + ranking.candidates[i].row * width, width}, x.data() + i * map.size());
  return x;
}

}  // namespace feedloop
