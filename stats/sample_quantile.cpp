#include "stats/sample_quantile.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/check.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

// A product like 0.1 * 30 that should be whole and misses it by rounding.
double without_rounding(double h) {
  const double whole = std::round(h);
  return std::abs(h - whole) <= 1e-12 * std::max(1.0, std::abs(h)) ? whole : h;
}

struct Window {
  std::size_t begin = 0;
  std::vector<double> weights;  // of the order statistics from `begin`, 0-based
};

// Differences of the beta distribution function over a grid of `cells` equal cells, where they matter.
Window beta_weights(std::size_t cells, double a, double b) {
  constexpr double kNothing = 1e-18;
  const double n = static_cast<double>(cells);
  const double low = std::floor(n * beta_quantile(kNothing, a, b)), high = std::ceil(n * beta_isf(kNothing, a, b));
  Window out;
  out.begin = static_cast<std::size_t>(std::clamp(low, 0.0, n - 1));
  const auto end = static_cast<std::size_t>(std::clamp(high, static_cast<double>(out.begin) + 1, n));
  double before = out.begin == 0 ? 0 : beta_cdf(static_cast<double>(out.begin) / n, a, b);
  for (std::size_t i = out.begin + 1; i <= end; ++i) {
    const double at = i == cells ? 1 : beta_cdf(static_cast<double>(i) / n, a, b);
    out.weights.push_back(at - before);
    before = at;
  }
  return out;
}

void check_inner(double q) { FEEDLOOP_CHECK(q > 0 && q < 1, "the quantile is of a share strictly between 0 and 1"); }

}  // namespace

double sample_quantile(std::span<const double> x, double q, QuantileDefinition definition) {
  FEEDLOOP_CHECK(q >= 0 && q <= 1, "a quantile is of a share in [0, 1]");
  if (x.empty()) return kNaN;
  const double n = static_cast<double>(x.size());
  double h = 1;
  switch (definition) {
    case QuantileDefinition::Linear:
    case QuantileDefinition::Lower:
    case QuantileDefinition::Higher:
      h = (n - 1) * q + 1;
      break;
    case QuantileDefinition::Hazen:
      h = n * q + 0.5;
      break;
    case QuantileDefinition::Weibull:
      h = (n + 1) * q;
      break;
    case QuantileDefinition::MedianUnbiased:
      h = (n + 1.0 / 3) * q + 1.0 / 3;
      break;
    case QuantileDefinition::NormalUnbiased:
      h = (n + 0.25) * q + 0.375;
      break;
    case QuantileDefinition::InvertedCdf:
      h = n * q;
      break;
  }
  h = without_rounding(h);
  if (definition == QuantileDefinition::Lower) h = std::floor(h);
  if (definition == QuantileDefinition::Higher || definition == QuantileDefinition::InvertedCdf) h = std::ceil(h);
  h = std::clamp(h, 1.0, n);
  const auto below = static_cast<std::size_t>(h) - 1;
  const double part = h - std::floor(h);
  return part > 0 ? x[below] + part * (x[below + 1] - x[below]) : x[below];
}

double harrell_davis(std::span<const double> x, double q) {
  check_inner(q);
  if (x.empty()) return kNaN;
  const double n = static_cast<double>(x.size());
  const Window w = beta_weights(x.size(), (n + 1) * q, (n + 1) * (1 - q));
  // Deviations from one of the values, so that an offset costs no digits.
  const double from = x[w.begin];
  double sum = 0;
  for (std::size_t i = 0; i < w.weights.size(); ++i) sum += w.weights[i] * (x[w.begin + i] - from);
  return from + sum;
}

double harrell_davis_se(std::span<const double> x, double q) {
  check_inner(q);
  if (x.size() < 2) return kNaN;
  const std::size_t n = x.size();
  const double count = static_cast<double>(n);
  const Window w = beta_weights(n - 1, count * q, count * (1 - q));
  // Without value k the estimate is sum_{i < k} w_i x_i + sum_{i >= k} w_i x_{i + 1}: from one k to the next it changes by
  // w_k (x_k - x_{k + 1}), and outside the weights' window it stays.
  double mean = 0, m2 = 0, value = 0, seen = 0;
  const auto add = [&](double times) {
    if (times == 0) return;
    const double delta = value - mean, total = seen + times;
    mean += delta * times / total;
    m2 += delta * delta * seen * times / total;
    seen = total;
  };
  add(static_cast<double>(w.begin));  // values relative to the estimate without the first
  for (std::size_t i = 0; i < w.weights.size(); ++i) {
    add(1);
    value += w.weights[i] * (x[w.begin + i] - x[w.begin + i + 1]);
  }
  add(static_cast<double>(n - w.begin - w.weights.size()));
  return std::sqrt((count - 1) / count * m2);
}

double maritz_jarrett_se(std::span<const double> x, double q) {
  check_inner(q);
  const double n = static_cast<double>(x.size()), m = std::floor(without_rounding(n * q + 0.5));
  if (m < 2 || m >= n) return kNaN;
  const Window w = beta_weights(x.size(), m - 1, n - m);
  double total = 0, mean = 0, m2 = 0;
  for (std::size_t i = 0; i < w.weights.size(); ++i) {
    if (!(w.weights[i] > 0)) continue;
    const double delta = x[w.begin + i] - mean;
    total += w.weights[i];
    mean += delta * w.weights[i] / total;
    m2 += w.weights[i] * delta * (x[w.begin + i] - mean);
  }
  return std::sqrt(m2 / total);
}

Interval median_interval(std::span<const double> x, double alpha) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  const auto n = static_cast<std::int64_t>(x.size());
  // The level of [x_(k), x_(n + 1 - k)].
  const auto level = [&](std::int64_t k) { return 1 - 2 * binomial_cdf(k - 1, n, 0.5); };
  if (n < 2 || level(1) < 1 - alpha) return {};
  std::int64_t k = 1, too_far = n / 2 + 1;  // the largest k that reaches the level, by halving
  while (too_far - k > 1) {
    const std::int64_t middle = k + (too_far - k) / 2;
    (level(middle) >= 1 - alpha ? k : too_far) = middle;
  }
  const auto at = [&](std::int64_t rank) { return x[static_cast<std::size_t>(rank - 1)]; };
  if (k == n / 2) return {at(k), at(n + 1 - k)};  // no narrower pair to interpolate towards
  const double wide = level(k), narrow = level(k + 1), share = (wide - 1 + alpha) / (wide - narrow);
  const double k_real = static_cast<double>(k), n_real = static_cast<double>(n);
  const double lambda = (n_real - k_real) * share / (k_real + (n_real - 2 * k_real) * share);
  return {lambda * at(k + 1) + (1 - lambda) * at(k), lambda * at(n - k) + (1 - lambda) * at(n + 1 - k)};
}

}  // namespace feedloop
