#include "stats/beta_tail.hpp"

#include <algorithm>
#include <cmath>

namespace feedloop {
namespace {

// The fraction in I_x(a, b) = x^a y^b / B(a, b) / fraction (DiDonato & Morris 1992, "Algorithm 708", eq. 9), y = 1 - x, by
// Lentz's method. Converges fast for x < (a + 1) / (a + b + 2).
double fraction(double a, double b, double x, double y) {
  double after = 1 / (a + 1), f = a * (a * y - b * x + 1) * after, c = f, d = 0;
  for (int n = 1; n < 10'000; ++n) {
    const double before = after;
    after = 1 / (a + 2 * n + 1);
    const double bn = n * (b - n) * x * before;
    const double a_n = (a + n - 1) * (a + b + n - 1) * bn * x * before;
    const double next = n + bn + (a + n) * (a * y - b * x + 1 + n * (1 + y)) * after;
    d = 1 / (next + a_n * d);
    c = next + a_n / c;
    const double step = c * d;
    f *= step;
    if (std::fabs(step - 1) < 1e-13) break;
  }
  return f;
}

}  // namespace

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

BetaTail::BetaTail(double a, double b) : a_(a), b_(b), log_beta_(log_beta(a, b)) {}

double BetaTail::log_density(double t) const {
  const double less = -std::log1p(std::exp(-std::fabs(t)));  // log of the larger of x and 1 - x
  return a_ * (less + std::min(t, 0.0)) + b_ * (less - std::max(t, 0.0)) - log_beta_;
}

double BetaTail::log_upper(double t) const {
  const double small = std::exp(-std::fabs(t)), less = 1 / (1 + small);
  const double x = t < 0 ? small * less : less, y = t < 0 ? less : small * less, log_g = log_density(t);
  if (x * (a_ + b_ + 2) > a_ + 1) return log_g - std::log(fraction(b_, a_, y, x));
  const double below = std::exp(log_g) / fraction(a_, b_, x, y);
  return std::log1p(-std::min(below, 1 - 1e-16));
}

double BetaTail::upper_quantile(double log_p, double start) const {
  double t = std::max(start, std::log(a_ / b_));  // further to the left the slope may vanish
  for (int step = 0; step < 200; ++step) {
    const double log_here = log_upper(t);
    const double move = (log_here - log_p) * std::exp(log_here - log_density(t));  // the slope of log P is -density / P
    t += move;
    if (std::fabs(move) <= 1e-12 * (1 + std::fabs(t)) || (step > 0 && move >= 0)) break;
  }
  return t;
}

}  // namespace feedloop
