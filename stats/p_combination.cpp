#include "stats/p_combination.hpp"

#include <cmath>

#include "base/check.hpp"
#include "stats/tails.hpp"

namespace feedloop {

CombinedP fisher_combination(std::span<const double> p) {
  double sum = 0, tests = 0;
  for (const double x : p) {
    if (std::isnan(x)) continue;
    sum -= 2 * std::log(x);
    ++tests;
  }
  if (tests == 0) return {};
  return {sum, chi2_sf(sum, 2 * tests)};
}

CombinedP stouffer_combination(std::span<const double> p, std::span<const double> weights) {
  FEEDLOOP_CHECK(weights.empty() || weights.size() == p.size(), "every test needs a weight");
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double w = weights.empty() ? 1 : weights[i];
    if (std::isnan(p[i]) || w == 0) continue;
    sum += w * normal_isf(p[i]);
    squares += w * w;
  }
  if (squares == 0) return {};
  const double z = sum / std::sqrt(squares);
  return {z, normal_sf(z)};
}

}  // namespace feedloop
