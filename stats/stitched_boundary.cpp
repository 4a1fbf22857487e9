#include "stats/stitched_boundary.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <boost/math/special_functions/zeta.hpp>
#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/roots.hpp>

#include "base/check.hpp"
#include "base/distributions.hpp"
#include "stats/interval.hpp"

namespace feedloop {
namespace {

namespace bm = boost::math;

void check_epochs(double alpha, double s, double eta) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  FEEDLOOP_CHECK(s > 1 && eta > 1, "epochs grow, and their errors have a finite sum");
}

double k1(double eta) { return (std::pow(eta, 0.25) + std::pow(eta, -0.25)) / std::numbers::sqrt2; }
double k2(double eta) { return (std::sqrt(eta) + 1) / 2; }

// The sub-gamma bound that one epoch contributes: level l, variance, scale c.
double epoch_bound(double variance, double l, double c, double eta) {
  const double linear = k2(eta) * c * l;
  return std::sqrt(k1(eta) * k1(eta) * variance * l + linear * linear) + linear;
}

// Logarithm of the error of the empirical distribution's margin with constants A and C, for the best growth of epochs.
double log_empirical_error(double a, double c) {
  const auto log_error = [&](double eta) {
    const double root = a - std::sqrt(2 * (eta - 1) / c), gamma2 = root > 0 ? 2 / eta * root * root : 0;
    if (!(gamma2 > 1) || !(eta > 1)) return 1e300;  // such epochs bound nothing
    return std::log(4.0) - gamma2 * c + std::log1p(1 / ((gamma2 - 1) * std::log(eta)));
  };
  // gamma^2 falls from 2 A^2 > 1 at eta = 1; the minimum lies before it has fallen to 1.
  double low = 1, high = 2 * a * a;
  for (int i = 0; i < 60; ++i) {
    const double eta = low + (high - low) / 2;
    (std::sqrt(eta / 2) + std::sqrt(2 * (eta - 1) / c) < a ? low : high) = eta;
  }
  return bm::tools::brent_find_minima(log_error, 1.0, high, 30).second;
}

}  // namespace

double stitched_boundary(double v, double alpha, const PolynomialStitching& tuning) {
  const auto& [v_min, c, s, eta] = tuning;
  check_epochs(alpha, s, eta);
  FEEDLOOP_CHECK(v >= 0 && v_min > 0 && c >= 0, "intrinsic time and scale are not negative");
  const double time = std::max(v, v_min);
  const double l = s * std::log(std::log(eta * time / v_min)) + std::log(bm::zeta(s) / std::pow(std::log(eta), s) / alpha);
  return epoch_bound(time, l, c, eta);
}

double empirical_distribution_margin(std::int64_t n, double alpha, double n_min, double a) {
  FEEDLOOP_CHECK(n_min >= 1 && a > 1 / std::numbers::sqrt2, "the margin needs a first n and an A above 1 / sqrt(2)");
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  const double count = static_cast<double>(n);
  if (count < n_min) return kInfinity;
  const auto excess = [&](double c) { return log_empirical_error(a, c) - std::log(alpha); };
  double low = 0.1, high = 1;
  while (excess(high) > 0) {
    low = high;
    high *= 2;
  }
  std::uintmax_t steps = 100;
  const auto [c_low, c_high] = bm::tools::toms748_solve(excess, low, high, bm::tools::eps_tolerance<double>(40), steps);
  return a * std::sqrt((std::log1p(std::log(count / n_min)) + (c_low + c_high) / 2) / count);
}

double quantile_count_boundary(double p, double n, double alpha, const QuantileStitching& tuning) {
  const auto& [n_opt, delta, s, eta] = tuning;
  check_epochs(alpha, s, eta);
  FEEDLOOP_CHECK(p > 0 && p < 1 && n > 0 && n_opt >= 1 && delta > 0, "a quantile lies strictly between 0 and 1");
  const double time = std::max(n, n_opt), scale = time / n_opt;
  // The nearest point of the grid, where the variance may be larger.
  const double r = p >= 0.5 ? p : std::min(0.5, logistic(logit(p) + 2 * delta * std::sqrt(eta / scale)));
  const double variance = r * (1 - r) * time;
  const double neighbours = std::sqrt(scale) * std::abs(logit(p)) / (2 * delta) + 1, zeta = bm::zeta(s);
  const double l = s * (std::log(std::log(eta * scale)) + std::log(neighbours)) +
                   std::log(2 * zeta * (2 * zeta + 1) / std::pow(std::log(eta), s) / alpha);
  return delta * std::sqrt(eta * variance / n_opt) + epoch_bound(variance, l, (1 - 2 * p) / 3, eta);
}

}  // namespace feedloop
