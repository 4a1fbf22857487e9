#include "base/distributions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.hpp"

namespace feedloop {

double logistic(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double logit(double p) { return std::log(p / (1.0 - p)); }

std::uint32_t uniform_below(Rng& rng, std::uint32_t n) {
  FEEDLOOP_CHECK(n > 0, "uniform_below needs at least one value");
  std::uint64_t m = std::uint64_t{rng()} * n;
  auto low = static_cast<std::uint32_t>(m);
  if (low < n) {
    const std::uint32_t threshold = (0u - n) % n;
    while (low < threshold) {
      m = std::uint64_t{rng()} * n;
      low = static_cast<std::uint32_t>(m);
    }
  }
  return static_cast<std::uint32_t>(m >> 32);
}

double normal(Rng& rng) {
  const double u = rng.uniform_open();
  const double v = rng.uniform();
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

double exponential(Rng& rng, double mean) { return -mean * std::log(rng.uniform_open()); }

double lognormal(Rng& rng, double median, double sigma) { return median * std::exp(sigma * normal(rng)); }

double gamma(Rng& rng, double shape, double scale) {
  FEEDLOOP_CHECK(shape > 0 && scale > 0, "gamma needs a positive shape and scale");
  double boost = 1.0;
  if (shape < 1.0) {
    boost = std::pow(rng.uniform_open(), 1.0 / shape);
    shape += 1.0;
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = normal(rng);
    const double t = 1.0 + c * x;
    if (t <= 0.0) continue;
    const double v = t * t * t;
    if (std::log(rng.uniform_open()) < 0.5 * x * x + d - d * v + d * std::log(v)) return boost * d * v * scale;
  }
}

double beta(Rng& rng, double a, double b) {
  const double x = gamma(rng, a, 1.0);
  const double y = gamma(rng, b, 1.0);
  // With very small a and b both gammas can underflow; the limit is all mass at the two ends.
  if (x + y == 0) return bernoulli(rng, a / (a + b)) ? 1.0 : 0.0;
  return x / (x + y);
}

std::uint32_t poisson(Rng& rng, double mean) {
  FEEDLOOP_CHECK(mean >= 0 && mean <= 1e6, "poisson mean outside [0, 1e6]");
  // A Poisson variable is the sum of independent ones: chunks keep exp(-mean) far from underflow.
  std::uint32_t total = 0;
  while (mean > 0) {
    const double chunk = std::min(mean, 16.0);
    mean -= chunk;
    double p = std::exp(-chunk), cumulative = p;
    const double u = rng.uniform();
    std::uint32_t k = 0;
    while (u >= cumulative && k < 200) {
      ++k;
      p *= chunk / k;
      cumulative += p;
    }
    total += k;
  }
  return total;
}

double pareto(Rng& rng, double minimum, double shape) { return minimum * std::pow(rng.uniform_open(), -1.0 / shape); }

std::vector<double> dirichlet(Rng& rng, std::span<const double> alpha) {
  std::vector<double> x(alpha.size());
  double sum = 0;
  for (std::size_t i = 0; i < alpha.size(); ++i) sum += x[i] = gamma(rng, alpha[i], 1.0);
  // With very small alphas every gamma can underflow; the limit is a point mass.
  if (sum <= 0) {
    x[categorical(rng, alpha)] = 1.0;
    return x;
  }
  for (double& v : x) v /= sum;
  return x;
}

std::size_t categorical(Rng& rng, std::span<const double> weights) {
  double total = 0;
  for (const double w : weights) total += w;
  FEEDLOOP_CHECK(total > 0, "categorical needs a positive total weight");
  double u = rng.uniform() * total;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    u -= weights[i];
    if (u < 0 && weights[i] > 0) return i;
  }
  for (std::size_t i = weights.size(); i-- > 0;)
    if (weights[i] > 0) return i;
  return 0;
}

void shuffle(Rng& rng, std::span<std::uint32_t> values) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[uniform_below(rng, static_cast<std::uint32_t>(i))]);
}

}  // namespace feedloop
