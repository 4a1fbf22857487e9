// Laws that several policies share: the largest of known values, and draws in proportion to weights.
#pragma once

#include <utility>
#include <vector>

#include "base/distributions.hpp"
#include "policies/policy.hpp"

namespace feedloop {

// The admitted candidate of the largest value, the better ranked of equals. Values are by position in the ranking, finite.
class LargestLaw final : public SlotLaw {
 public:
  explicit LargestLaw(std::vector<double> values) : values_(std::move(values)) {}
  std::size_t draw(Rng&, std::span<const std::uint16_t> admitted) const override { return largest(admitted); }
  double propensity(std::span<const std::uint16_t> admitted, std::size_t i) const override {
    return largest(admitted) == i ? 1 : 0;
  }
  bool certain() const override { return true; }

 private:
  std::size_t largest(std::span<const std::uint16_t> admitted) const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < admitted.size(); ++i)
      if (values_[admitted[i]] > values_[admitted[best]]) best = i;
    return best;
  }
  std::vector<double> values_;
};

// P(i) = floor / admitted + (1 - floor) * weight_i / sum of the admitted's weights: each slot anew, so a slate is drawn from
// the Plackett-Luce model when floor = 0. Weights are by position in the ranking, positive and finite.
class WeightLaw final : public SlotLaw {
 public:
  explicit WeightLaw(std::vector<double> weights, double floor = 0) : weights_(std::move(weights)), floor_(floor) {}
  std::size_t draw(Rng& rng, std::span<const std::uint16_t> admitted) const override {
    if (floor_ > 0 && bernoulli(rng, floor_)) return uniform_below(rng, static_cast<std::uint32_t>(admitted.size()));
    double left = rng.uniform() * sum(admitted);
    for (std::size_t i = 0; i + 1 < admitted.size(); ++i) {
      left -= weights_[admitted[i]];
      if (left < 0) return i;
    }
    return admitted.size() - 1;
  }
  double propensity(std::span<const std::uint16_t> admitted, std::size_t i) const override {
    return floor_ / static_cast<double>(admitted.size()) + (1 - floor_) * weights_[admitted[i]] / sum(admitted);
  }

 private:
  double sum(std::span<const std::uint16_t> admitted) const {
    double s = 0;
    for (const std::uint16_t at : admitted) s += weights_[at];
    return s;
  }
  std::vector<double> weights_;
  double floor_;
};

// exp(values / temperature), the largest being 1 and none below 1e-300, so that every weight is positive.
std::vector<double> boltzmann_weights(std::span<const double> values, double temperature);

}  // namespace feedloop
