#include "stats/bounded_sequence.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "stats/confidence_sequence.hpp"

namespace feedloop {

BoundedSequence::BoundedSequence(double alpha) : log_inverse_side_(std::log(2 / alpha)) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
}

void BoundedSequence::add(double x) {
  FEEDLOOP_CHECK(x >= 0 && x <= 1, "a value of a bounded sequence lies between 0 and 1");
  const double before = static_cast<double>(n_);
  ++n_;
  const double n = static_cast<double>(n_), pace = n * std::log1p(n);

  // The weight may use only what was known before x.
  const double variance = squares_ / n;
  const double lambda = std::min(0.5, std::sqrt(2 * log_inverse_side_ / (pace * variance)));
  // Before the first value each bound guesses the mean at its own end, which is the cautious choice.
  const double low_guess = n_ == 1 ? 0 : sum_ / before, high_guess = n_ == 1 ? 1 : sum_ / before;
  const double psi = -std::log1p(-lambda) - lambda;
  low_cost_ += psi * (x - low_guess) * (x - low_guess);
  high_cost_ += psi * (x - high_guess) * (x - high_guess);
  bernstein_.weight += lambda;
  bernstein_.sum += lambda * x;

  const double eta = std::min(1.0, std::sqrt(8 * log_inverse_side_ / pace));
  hoeffding_cost_ += eta * eta / 8;
  hoeffding_.weight += eta;
  hoeffding_.sum += eta * x;

  sum_ += x;
  const double mean = (0.5 + sum_) / (n + 1);
  squares_ += (x - mean) * (x - mean);
}

Interval BoundedSequence::Weighted::bound(double low_cost, double high_cost) const {
  if (!(weight > 0)) return {0, 1};
  return {std::clamp((sum - low_cost) / weight, 0.0, 1.0), std::clamp((sum + high_cost) / weight, 0.0, 1.0)};
}

Interval BoundedSequence::empirical_bernstein() const {
  return bernstein_.bound(log_inverse_side_ + low_cost_, log_inverse_side_ + high_cost_);
}

Interval BoundedSequence::hoeffding() const {
  const double cost = log_inverse_side_ + hoeffding_cost_;
  return hoeffding_.bound(cost, cost);
}

Interval hoeffding_sequence(double mean, std::int64_t n, double planned_n, double alpha) {
  FEEDLOOP_CHECK(n >= 0 && (n == 0 || (mean >= 0 && mean <= 1)), "the mean of a bounded sequence lies between 0 and 1");
  if (n == 0) return {0, 1};
  const double half = 0.5 * mixture_margin(static_cast<double>(n), approximate_rho(planned_n, alpha), alpha);
  return {std::max(0.0, mean - half), std::min(1.0, mean + half)};
}

}  // namespace feedloop
