#include "policies/race.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/distributions.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

constexpr double kTail = 1e-10;       // mass that may lie outside a runner's range
constexpr double kDeviations = 6.5;   // the same for the normal
constexpr double kStepsPerWidth = 4;  // of the narrowest runner

struct Extent {
  double low, high, width;
};

Extent extent_of(Posterior kind, const Race::Runner& r) {
  if (kind == Posterior::Gaussian) return {r.a - kDeviations * r.b, r.a + kDeviations * r.b, r.b};
  // I_x(a, b) <= x^a / (a B(a, b)) bounds one tail, and by symmetry the other. Both tails in t are exponential or steeper; a
  // bell steeper than the unit logistic's (one parameter small) is as wide as that.
  const double log_b = std::lgamma(r.a) + std::lgamma(r.b) - std::lgamma(r.a + r.b);
  return {(std::log(kTail) + std::log(r.a) + log_b) / r.a, -(std::log(kTail) + std::log(r.b) + log_b) / r.b,
          std::min(1.0, std::sqrt(1 / r.a + 1 / r.b))};
}

}  // namespace

Race::Race(Posterior kind, std::vector<Runner> runners, std::size_t taken)
    : kind_(kind), runners_(std::move(runners)), taken_(taken) {}

std::size_t Race::draw(Rng& rng, std::span<const std::uint16_t> admitted) const {
  if (kind_ == Posterior::Beta && admitted.size() >= kManyRunners) return draw_of_many(rng, admitted);
  std::size_t best = 0;
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < admitted.size(); ++i) {
    const Runner& r = runners_[admitted[i]];
    const double x = kind_ == Posterior::Gaussian ? r.a + r.b * normal(rng) : beta(rng, r.a, r.b);
    if (x > most) most = x, best = i;
  }
  return best;
}

std::size_t Race::draw_of_many(Rng& rng, std::span<const std::uint16_t> admitted) const {
  static thread_local std::vector<double> upper_tail, ceiling;
  const std::size_t n = admitted.size();
  upper_tail.resize(n), ceiling.resize(n);
  std::size_t best = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto [a, b] = runners_[admitted[i]];
    const double u = rng.uniform_open(), e = -std::log(u);
    // Bernstein's bound for the beta distribution (Skorski 2023, theorem 1): P(X > mean + d) <= exp(-d^2 / (2 (v + c d / 3))),
    // solved for the d of probability u; where c < 0 it holds with c = 0.
    const double sum = a + b, q = 1 / (sum * (sum + 1) * (sum + 2)), mean = a * (sum + 1) * (sum + 2) * q;
    const double v = mean * b * (sum + 2) * q, c = std::max(0.0, 2 * (b - a) * (sum + 1) * q), half = c * e / 3;
    upper_tail[i] = u;
    ceiling[i] = mean + half + std::sqrt(half * half + 2 * v * e);
    if (ceiling[i] > ceiling[best]) best = i;
  }
  const auto value = [&](std::size_t i) {
    const Runner& r = runners_[admitted[i]];
    return beta_isf(upper_tail[i], r.a, r.b);
  };
  double most = value(best);
  const std::size_t first = best;
  for (std::size_t i = 0; i < n; ++i) {
    if (ceiling[i] <= most || i == first) continue;
    const Runner& r = runners_[admitted[i]];
    if (beta_sf(most, r.a, r.b) > upper_tail[i]) most = value(i), best = i;
  }
  return best;
}

void Race::lay_grid() const {
  std::vector<Extent> extents;
  for (const Runner& r : runners_) extents.push_back(extent_of(kind_, r));
  // Below the best lower end of who is certainly still there, the largest value cannot lie.
  std::vector<double> lows;
  for (const Extent& e : extents) lows.push_back(e.low);
  std::sort(lows.begin(), lows.end(), std::greater<>());
  const double low = lows[std::min(taken_, lows.size() - 1)];
  double high = low, width = std::numeric_limits<double>::infinity();
  for (const Extent& e : extents)
    if (e.high > low) high = std::max(high, e.high), width = std::min(width, e.width);
  const double wanted = std::ceil((high - low) / (width / kStepsPerWidth)) + 1;
  coarse_ = wanted > static_cast<double>(kMaxNodes);
  nodes_ = coarse_ ? kMaxNodes : static_cast<std::size_t>(std::max(wanted, 8.0));
  step_ = (high - low) / static_cast<double>(nodes_ - 1);

  density_.resize(runners_.size() * nodes_);
  below_.resize(runners_.size() * nodes_);
  std::vector<double> x(nodes_), log_x(nodes_), log_rest(nodes_);
  if (kind_ == Posterior::Beta)
    for (std::size_t n = 0; n < nodes_; ++n) {
      const double t = low + step_ * static_cast<double>(n);
      x[n] = logistic(t);
      log_x[n] = t < 0 ? t - std::log1p(std::exp(t)) : -std::log1p(std::exp(-t));
      log_rest[n] = log_x[n] - t;
    }
  for (std::size_t j = 0; j < runners_.size(); ++j) {
    const auto [a, b] = runners_[j];
    double* f = density_.data() + j * nodes_;
    double* below = below_.data() + j * nodes_;
    if (kind_ == Posterior::Gaussian) {
      for (std::size_t n = 0; n < nodes_; ++n) {
        const double z = (low + step_ * static_cast<double>(n) - a) / b;
        f[n] = std::exp(-0.5 * z * z) / (b * std::sqrt(2 * std::numbers::pi));
        below[n] = 0.5 * std::erfc(-z * std::numbers::sqrt2 / 2);
      }
      continue;
    }
    const double log_b = std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
    const double start = low > extents[j].low ? beta_cdf(x[0], a, b) : 0;
    // F(t_n) = F(t_0) + trapezoids - h^2/12 [f'] + h^4/720 [f'''], between t_0 and t_n.
    const auto ends = [&](std::size_t n) {
      const double g = a - (a + b) * x[n], g1 = -(a + b) * x[n] * (1 - x[n]), g2 = g1 * (1 - 2 * x[n]);
      const double h2 = step_ * step_;
      return f[n] * (-step_ / 2 - h2 / 12 * g + h2 * h2 / 720 * (g * g * g + 3 * g * g1 + g2));
    };
    double sum = 0, first = 0;
    for (std::size_t n = 0; n < nodes_; ++n) {
      f[n] = std::exp(a * log_x[n] + b * log_rest[n] - log_b);
      sum += f[n] * step_;
      if (n == 0) first = -ends(0) - f[0] * step_;
      below[n] = std::clamp(start + first + sum + ends(n), 0.0, 1.0);
    }
  }
}

double Race::integral(std::span<const std::uint16_t> admitted, std::size_t i, std::size_t stride) const {
  static thread_local std::vector<double> product;
  const double* f = density_.data() + admitted[i] * nodes_;
  product.assign(f, f + nodes_);
  for (std::size_t j = 0; j < admitted.size(); ++j) {
    if (j == i) continue;
    const double* below = below_.data() + admitted[j] * nodes_;
    for (std::size_t n = 0; n < nodes_; ++n) product[n] *= below[n];
  }
  double sum = 0;
  for (std::size_t n = 0; n < nodes_; n += stride) sum += product[n];
  return sum * step_ * static_cast<double>(stride);
}

double Race::propensity(std::span<const std::uint16_t> admitted, std::size_t i) const {
  if (admitted.size() == 1) return 1;
  if (nodes_ == 0) lay_grid();
  return std::clamp(integral(admitted, i, 1), 1e-12, 1.0);
}

double Race::propensity_error(std::span<const std::uint16_t> admitted, std::size_t i, double p) const {
  return coarse_ && admitted.size() > 1 ? std::fabs(p - integral(admitted, i, 2)) : 0;
}

}  // namespace feedloop
