#include "data/activity_law.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

// Sufficient statistics of x = ln(events) - cut, and the mean log-likelihood of a normal law known to exceed 0.
struct Sample {
  double n = 0, mean = 0, square = 0;  // square: mean of x^2

  double log_likelihood(double mu, double log_sigma) const {
    const double sigma = std::exp(log_sigma);
    const double z = (square - 2 * mu * mean + mu * mu) / (2 * sigma * sigma);
    return -z - log_sigma - std::log(normal_sf(-mu / sigma)) - 0.5 * std::log(2 * std::numbers::pi);
  }
};

struct Curvature {
  double mm, ss, ms;  // minus the second derivatives
};

Curvature curvature(const Sample& x, double mu, double ls) {
  const double h = 1e-4;
  const auto f = [&](double a, double b) { return x.log_likelihood(mu + a * h, ls + b * h); };
  return {-(f(1, 0) - 2 * f(0, 0) + f(-1, 0)) / (h * h), -(f(0, 1) - 2 * f(0, 0) + f(0, -1)) / (h * h),
          -(f(1, 1) - f(1, -1) - f(-1, 1) + f(-1, -1)) / (4 * h * h)};
}

}  // namespace

ActivityLaw fit_activity(std::span<const std::int64_t> events, std::int64_t least) {
  FEEDLOOP_CHECK(events.size() >= 2, "the activity of fewer than two users");
  ActivityLaw law;
  law.smallest = static_cast<double>(least > 0 ? least : *std::min_element(events.begin(), events.end()));
  const double cut = std::log(law.smallest - 0.5);
  Sample x;
  for (const std::int64_t e : events) {
    const double v = std::log(static_cast<double>(e)) - cut;
    x.n += 1;
    x.mean += v;
    x.square += v * v;
  }
  x.mean /= x.n;
  x.square /= x.n;
  const double sd = std::sqrt(std::max(x.square - x.mean * x.mean, 1e-12));
  law.log_mean = cut + x.mean;
  law.log_sd = sd;
  law.share_below = 0;
  if (sd < 1e-3 || sd > 0.98 * x.mean) return law;

  // Compass search: two smooth parameters, no derivative to go wrong far from the maximum.
  double mu = x.mean, ls = std::log(sd), step = 0.5, best = x.log_likelihood(mu, ls);
  while (step > 1e-8) {
    bool moved = false;
    for (const auto& [a, b] : {std::pair{1.0, 0.0}, {-1.0, 0.0}, {0.0, 1.0}, {0.0, -1.0}, {-1.0, 0.3}, {1.0, -0.3}}) {
      const double value = x.log_likelihood(mu + a * step, ls + b * step);
      if (std::isfinite(value) && value > best) {
        mu += a * step;
        ls += b * step;
        best = value;
        moved = true;
        break;
      }
    }
    if (!moved) step /= 2;
  }
  const Curvature c = curvature(x, mu, ls);
  const double determinant = c.mm * c.ss - c.ms * c.ms;
  const double share_above = normal_sf(-mu / std::exp(ls));
  if (!(c.mm > 0 && determinant > 0) || share_above < 0.02) return law;

  law.identified = true;
  law.log_mean = cut + mu;
  law.log_sd = std::exp(ls);
  law.share_below = 1 - share_above;
  const double mean_se = std::sqrt(c.ss / determinant / x.n), log_sd_se = std::sqrt(c.mm / determinant / x.n);
  law.log_mean_ci = {law.log_mean - 1.96 * mean_se, law.log_mean + 1.96 * mean_se};
  law.log_sd_ci = {law.log_sd * std::exp(-1.96 * log_sd_se), law.log_sd * std::exp(1.96 * log_sd_se)};
  return law;
}

}  // namespace feedloop
