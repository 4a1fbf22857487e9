#include "stats/sequential.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace feedloop {

double log_mixture_ratio(double estimate, double variance, double tau) {
  const double mixed = variance + tau * tau;
  const double z = estimate / std::sqrt(variance);
  return 0.5 * (z * z * (tau * tau / mixed) - std::log(mixed / variance));
}

AlwaysValid::AlwaysValid(double tau) : tau_(tau) {
  FEEDLOOP_CHECK(tau > 0 && std::isfinite(tau), "the mixture needs a positive spread");
}

bool AlwaysValid::look(double estimate, double variance) {
  if (!std::isfinite(estimate) || !(variance > 0) || !std::isfinite(variance)) return false;
  estimate_ = estimate;
  variance_ = variance;
  ++looks_;
  p_ = std::min(p_, std::exp(-log_mixture_ratio(estimate, variance, tau_)));
  return true;
}

Interval AlwaysValid::ci(double alpha) const {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  if (looks_ == 0) return {-kInfinity, kInfinity};
  // Lambda = 1 / alpha solved for the distance from the estimate.
  const double mixed = variance_ + tau_ * tau_;
  const double half = std::sqrt(variance_ * (mixed / (tau_ * tau_)) * (std::log(mixed / variance_) - 2 * std::log(alpha)));
  return {estimate_ - half, estimate_ + half};
}

}  // namespace feedloop
