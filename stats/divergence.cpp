#include "stats/divergence.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/check.hpp"
#include "stats/interval.hpp"

namespace feedloop {
namespace {

double total_of(std::span<const double> weights) {
  double total = 0;
  for (const double w : weights) {
    FEEDLOOP_CHECK(w >= 0 && std::isfinite(w), "a weight is negative or not finite");
    total += w;
  }
  return total;
}

// Sums `term` of the two shares over categories that either side has; NaN when a side has none.
template <class Term>
double sum_over_shares(std::span<const double> p, std::span<const double> q, const Term& term) {
  FEEDLOOP_CHECK(p.size() == q.size(), "distributions over different categories");
  const double p_total = total_of(p), q_total = total_of(q);
  if (p_total == 0 || q_total == 0) return kNaN;
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (p[i] > 0 || q[i] > 0) sum += term(p[i] / p_total, q[i] / q_total);
  return sum;
}

// p ln(p / q) - p + q: what is added sums to 0 over categories and leaves no term negative, so that near twins do not cancel.
double kl_term(double p, double q) {
  if (p == 0) return q;
  if (q == 0) return kInfinity;
  const double u = (p - q) / q;
  return std::max(0.0, p * std::log1p(u) - (p - q));
}

// (1 + d) ln(1 + d) + (1 - d) ln(1 - d) = sum over k >= 1 of d^2k / (k (2k - 1)), for d in [-1, 1].
double two_sided_entropy(double d) {
  const double d2 = d * d;
  if (d2 < 1e-3) return d2 * (1 + d2 * (1 / 6. + d2 * (1 / 15. + d2 * (1 / 28. + d2 * (1 / 45.)))));
  const auto x_log_x = [](double x) { return x > 0 ? x * std::log(x) : 0; };
  return x_log_x(1 + d) + x_log_x(1 - d);
}

}  // namespace

double kl_divergence(std::span<const double> p, std::span<const double> q) { return sum_over_shares(p, q, kl_term); }

double jensen_shannon(std::span<const double> p, std::span<const double> q) {
  return sum_over_shares(p, q, [](double a, double b) { return (a + b) / 4 * two_sided_entropy((a - b) / (a + b)); });
}

double hellinger(std::span<const double> p, std::span<const double> q) {
  return std::sqrt(sum_over_shares(p, q, [](double a, double b) {
    const double gap = std::sqrt(a) - std::sqrt(b);
    return gap * gap / 2;
  }));
}

double miscalibration(std::span<const double> user, std::span<const double> list, double smoothing) {
  FEEDLOOP_CHECK(smoothing > 0 && smoothing < 1, "smoothing is a share strictly between 0 and 1");
  return sum_over_shares(user, list, [&](double p, double q) { return kl_term(p, (1 - smoothing) * q + smoothing * p); });
}

}  // namespace feedloop
