#include "stats/ridge_rates.hpp"

#include <algorithm>
#include <cmath>

namespace feedloop {
namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double s = 0;
  for (std::size_t i = 0; i < a.size(); ++i) s += a[i] * b[i];
  return s;
}

struct Problem {
  const RewardCells& cells;
  std::size_t features;
  double ridge;
  RidgeRates::Link link;

  std::size_t size() const { return cells.trials.size(); }
  std::span<const std::uint32_t> of(std::size_t c) const {
    return std::span(cells.features).subspan(c * cells.width, cells.width);
  }
  double linear(const Vector& w, std::size_t c) const {
    double z = w[features];
    for (const std::uint32_t f : of(c)) z += w[f];
    return z;
  }
  // Objective, and with `gradient` its gradient and each cell's curvature.
  double evaluate(const Vector& w, Vector* gradient, Vector* curvature) const {
    double value = 0;
    if (gradient) gradient->assign(features + 1, 0.0);
    for (std::size_t j = 0; j < features; ++j) {
      value += ridge * w[j] * w[j];
      if (gradient) (*gradient)[j] = 2 * ridge * w[j];
    }
    for (std::size_t c = 0; c < size(); ++c) {
      const double z = linear(w, c), n = cells.trials[c], s = cells.total[c];
      double slope, curve;
      if (link == RidgeRates::Link::Logistic) {
        const double log_one_plus = std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z)));
        const double p = 1 / (1 + std::exp(-z));
        value += n * log_one_plus - s * z;
        slope = n * p - s;
        curve = n * p * (1 - p);
      } else {
        value += 0.5 * n * z * z - s * z;
        slope = n * z - s;
        curve = n;
      }
      if (!gradient) continue;
      (*curvature)[c] = curve;
      for (const std::uint32_t f : of(c)) (*gradient)[f] += slope;
      (*gradient)[features] += slope;
    }
    return value;
  }
  Vector times_hessian(const Vector& curvature, const Vector& x) const {
    Vector out(features + 1, 0.0);
    for (std::size_t j = 0; j < features; ++j) out[j] = 2 * ridge * x[j];
    for (std::size_t c = 0; c < size(); ++c) {
      const double h = curvature[c] * linear(x, c);
      for (const std::uint32_t f : of(c)) out[f] += h;
      out[features] += h;
    }
    return out;
  }
  Vector diagonal(const Vector& curvature) const {
    Vector d(features + 1, 2 * ridge);
    d[features] = 1e-12;
    for (std::size_t c = 0; c < size(); ++c) {
      for (const std::uint32_t f : of(c)) d[f] += curvature[c];
      d[features] += curvature[c];
    }
    return d;
  }
};

// Preconditioned conjugate gradients for H x = b.
Vector solve(const Problem& p, const Vector& curvature, const Vector& b) {
  const Vector diagonal = p.diagonal(curvature);
  Vector x(b.size(), 0.0), r = b, z(b.size()), d;
  const double wanted = 1e-24 * dot(b, b);
  double rz = 0;
  for (int step = 0; step < 2000 && dot(r, r) > wanted; ++step) {
    for (std::size_t i = 0; i < b.size(); ++i) z[i] = r[i] / diagonal[i];
    const double next = dot(r, z);
    if (step == 0)
      d = z;
    else
      for (std::size_t i = 0; i < b.size(); ++i) d[i] = z[i] + next / rz * d[i];
    rz = next;
    const Vector hd = p.times_hessian(curvature, d);
    const double length = rz / dot(d, hd);
    for (std::size_t i = 0; i < b.size(); ++i) {
      x[i] += length * d[i];
      r[i] -= length * hd[i];
    }
  }
  return x;
}

}  // namespace

RidgeRates::RidgeRates(const RewardCells& cells, std::size_t features, double ridge, Link link)
    : link_(link), weights_(features + 1, 0.0) {
  double trials = 0, total = 0;
  for (std::size_t c = 0; c < cells.trials.size(); ++c) trials += cells.trials[c], total += cells.total[c];
  empty_ = !(trials > 0);
  if (empty_) return;
  // From the overall rate. A log without any reward, or full of it, has no finite intercept: Newton stops where it is flat.
  const double rate = std::clamp(total / trials, 1e-9, 1 - 1e-9);
  weights_[features] = link == Link::Logistic ? std::log(rate / (1 - rate)) : total / trials;
  const Problem problem{cells, features, ridge, link};
  Vector gradient, curvature(cells.trials.size());
  double value = problem.evaluate(weights_, &gradient, &curvature);
  for (int step = 0; step < 100 && !converged_; ++step) {
    const Vector move = solve(problem, curvature, gradient);
    double length = 1;
    Vector next = weights_;
    for (;; length /= 2) {
      for (std::size_t i = 0; i < next.size(); ++i) next[i] = weights_[i] - length * move[i];
      if (problem.evaluate(next, nullptr, nullptr) <= value + 1e-12 * std::abs(value) || length < 1e-6) break;
    }
    double largest = 0;
    for (std::size_t i = 0; i < next.size(); ++i) largest = std::max(largest, std::abs(next[i] - weights_[i]));
    weights_ = std::move(next);
    value = problem.evaluate(weights_, &gradient, &curvature);
    converged_ = largest < 1e-9;
  }
}

double RidgeRates::predict(std::span<const std::uint32_t> features) const {
  if (empty_) return 0;
  double z = weights_.back();
  for (const std::uint32_t f : features) z += weights_[f];
  return link_ == Link::Logistic ? 1 / (1 + std::exp(-z)) : z;
}

}  // namespace feedloop
