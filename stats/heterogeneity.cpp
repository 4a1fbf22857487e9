#include "stats/heterogeneity.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

struct Average {
  double mean = kNaN, se = kNaN, weight = 0, weight_squared = 0;
};

Average average(std::span<const double> effects, std::span<const double> variances, double tau2) {
  Average out;
  double sum = 0;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    const double w = 1 / (variances[i] + tau2);
    out.weight += w;
    out.weight_squared += w * w;
    sum += w * effects[i];
  }
  out.mean = sum / out.weight;
  out.se = 1 / std::sqrt(out.weight);
  return out;
}

}  // namespace

Heterogeneity heterogeneity(std::span<const double> effects, std::span<const double> variances) {
  FEEDLOOP_CHECK(effects.size() == variances.size(), "as many variances as effects");
  Heterogeneity out;
  if (effects.size() < 2) return out;
  for (std::size_t i = 0; i < effects.size(); ++i)
    if (!std::isfinite(effects[i]) || !(variances[i] > 0) || std::isinf(variances[i])) return out;

  out.status = TestStatus::Ok;
  out.df = static_cast<int>(effects.size()) - 1;
  const Average fixed = average(effects, variances, 0);
  out.fixed = fixed.mean;
  out.fixed_se = fixed.se;
  out.q = 0;
  for (std::size_t i = 0; i < effects.size(); ++i)
    out.q += (effects[i] - fixed.mean) * (effects[i] - fixed.mean) / variances[i];
  out.p = chi2_sf(out.q, out.df);
  out.i2 = out.q > out.df ? 1 - out.df / out.q : 0;
  out.h2 = std::max(1.0, out.q / out.df);
  out.tau2 = std::max(0.0, (out.q - out.df) / (fixed.weight - fixed.weight_squared / fixed.weight));
  const Average random = average(effects, variances, out.tau2);
  out.random = random.mean;
  out.random_se = random.se;
  return out;
}

}  // namespace feedloop
