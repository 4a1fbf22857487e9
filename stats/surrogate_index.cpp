#include "stats/surrogate_index.hpp"

#include <cmath>

#include <Eigen/Dense>

#include "base/check.hpp"
#include "stats/tails.hpp"

namespace feedloop {

SurrogateFit fit_surrogates(const VectorMoments& past) {
  SurrogateFit fit;
  FEEDLOOP_CHECK(past.size() >= 2, "a surrogate and an outcome");
  const auto k = static_cast<Eigen::Index>(past.size()) - 1;
  if (past.n <= static_cast<std::int64_t>(past.size())) return fit;
  const auto product = [&](Eigen::Index i, Eigen::Index j) {
    return past.products[static_cast<std::size_t>(std::max(i, j)) * past.size() + static_cast<std::size_t>(std::min(i, j))];
  };
  // Of standardised surrogates, so that minutes and counts weigh alike in what counts as collinear.
  Eigen::VectorXd scale(k), with_outcome(k);
  for (Eigen::Index i = 0; i < k; ++i) scale[i] = product(i, i) > 0 ? 1 / std::sqrt(product(i, i)) : 0;
  Eigen::MatrixXd correlation(k, k);
  for (Eigen::Index i = 0; i < k; ++i) {
    with_outcome[i] = scale[i] * product(k, i);
    for (Eigen::Index j = 0; j < k; ++j) correlation(i, j) = scale[i] * scale[j] * product(i, j);
  }
  const double total = product(k, k);
  fit.status = TestStatus::ZeroVariance;
  if (!(total > 0) || scale.isZero()) return fit;
  // The pseudo-inverse leaves out directions without variance.
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(correlation);
  Eigen::VectorXd inverse = eigen.eigenvalues();
  for (Eigen::Index i = 0; i < k; ++i) inverse[i] = inverse[i] > 1e-9 ? 1 / inverse[i] : 0;
  const Eigen::MatrixXd pseudo = eigen.eigenvectors() * inverse.asDiagonal() * eigen.eigenvectors().transpose();
  const Eigen::VectorXd w = pseudo * with_outcome;
  const double explained = w.dot(with_outcome), residual = std::max(0.0, total - explained);
  const double variance = residual / static_cast<double>(past.n - k - 1);
  fit.status = TestStatus::Ok;
  fit.r2 = explained / total;
  for (Eigen::Index i = 0; i < k; ++i) {
    fit.weights.push_back(w[i] * scale[i]);
    for (Eigen::Index j = 0; j < k; ++j) fit.covariance.push_back(variance * pseudo(i, j) * scale[i] * scale[j]);
  }
  return fit;
}

SurrogateEffect surrogate_effect(const SurrogateFit& fit, const VectorMoments& control, const VectorMoments& treatment) {
  SurrogateEffect e;
  e.status = fit.status;
  if (fit.status != TestStatus::Ok) return e;
  const std::size_t k = fit.weights.size();
  FEEDLOOP_CHECK(control.size() == k && treatment.size() == k, "as many surrogates as weights");
  if (std::min(control.n, treatment.n) < 2) {
    e.status = TestStatus::NotEnoughData;
    return e;
  }
  e.effect = 0;
  double variance = control.variance_of_mean(fit.weights) + treatment.variance_of_mean(fit.weights);
  for (std::size_t i = 0; i < k; ++i) {
    const double d = treatment.mean[i] - control.mean[i];
    e.effect += fit.weights[i] * d;
    for (std::size_t j = 0; j < k; ++j) variance += d * (treatment.mean[j] - control.mean[j]) * fit.covariance[i * k + j];
  }
  e.se = std::sqrt(variance);
  if (!(e.se > 0)) {
    e.status = TestStatus::ZeroVariance;
    return e;
  }
  e.p = 2 * normal_sf(std::fabs(e.effect) / e.se);
  return e;
}

}  // namespace feedloop
