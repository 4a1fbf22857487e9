#include "policies/sampled_law.hpp"

#include <cmath>

namespace feedloop {
namespace {

Rng keyed_by(Rng& rng) {
  const std::uint32_t a = rng(), b = rng();
  return stream({kMaxSeed}, Stream::Exploration, {a, b, 0});
}

}  // namespace

SampledLaw::SampledLaw(const LinearModel& model, double scale, std::vector<float> rows, std::vector<double> offsets, int draws,
                       Rng& rng)
    : model_(model),
      scale_(scale),
      rows_(std::move(rows)),
      offsets_(std::move(offsets)),
      draws_(draws),
      common_(keyed_by(rng)) {}

void SampledLaw::values(Rng& rng, double* out) const {
  static thread_local std::vector<double> theta;
  const std::size_t d = model_.dims();
  theta.resize(d);
  model_.sample(rng, scale_, theta.data());
  for (std::size_t i = 0; i < offsets_.size(); ++i) {
    double s = offsets_[i];
    const float* x = rows_.data() + i * d;
    for (std::size_t c = 0; c < d; ++c) s += theta[c] * static_cast<double>(x[c]);
    out[i] = s;
  }
}

std::size_t SampledLaw::draw(Rng& rng, std::span<const std::uint16_t> admitted) const {
  static thread_local std::vector<double> drawn;
  drawn.resize(offsets_.size());
  values(rng, drawn.data());
  std::size_t best = 0;
  for (std::size_t i = 1; i < admitted.size(); ++i)
    if (drawn[admitted[i]] > drawn[admitted[best]]) best = i;
  return best;
}

double SampledLaw::propensity(std::span<const std::uint16_t> admitted, std::size_t i) const {
  if (admitted.size() == 1) return 1;
  const std::size_t n = offsets_.size();
  if (common_values_.empty()) {
    common_values_.resize(static_cast<std::size_t>(draws_) * n);
    Rng rng = common_;
    for (int m = 0; m < draws_; ++m) values(rng, common_values_.data() + static_cast<std::size_t>(m) * n);
  }
  int wins = 0;
  for (int m = 0; m < draws_; ++m) {
    const double* v = common_values_.data() + static_cast<std::size_t>(m) * n;
    const double mine = v[admitted[i]];
    bool won = true;
    for (std::size_t j = 0; j < admitted.size() && won; ++j)
      won = v[admitted[j]] < mine || j == i || (v[admitted[j]] == mine && j > i);
    wins += won;
  }
  return (1.0 + wins) / (1.0 + draws_);
}

double SampledLaw::propensity_error(std::span<const std::uint16_t> admitted, std::size_t, double p) const {
  // As if one more draw had gone the other way, lest a candidate that always won count as certain.
  return admitted.size() == 1 ? 0 : std::sqrt(std::max(p * (1 - p), 1.0 / (2.0 + draws_)) / (1.0 + draws_));
}

}  // namespace feedloop
