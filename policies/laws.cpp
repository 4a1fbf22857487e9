#include "policies/laws.hpp"

#include <algorithm>
#include <cmath>

namespace feedloop {

std::vector<double> boltzmann_weights(std::span<const double> values, double temperature) {
  std::vector<double> weights(values.begin(), values.end());
  const double top = weights.empty() ? 0 : *std::max_element(weights.begin(), weights.end());
  for (double& w : weights) w = std::max(std::exp((w - top) / temperature), 1e-300);
  return weights;
}

}  // namespace feedloop
