#include "stats/regression_adjustment.hpp"

#include <cmath>

#include <Eigen/Cholesky>

#include "base/check.hpp"

namespace feedloop {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

struct Products {
  MatrixXd xx;
  VectorXd xy, mean;
  double yy = 0, y = 0, n = 0;
};

Products products_of(const VectorMoments& m) {
  const auto size = static_cast<Eigen::Index>(m.size()), k = size - 1;
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const MatrixXd all = Eigen::Map<const RowMajor>(m.products.data(), size, size).selfadjointView<Eigen::Lower>();
  return {.xx = all.topLeftCorner(k, k),
          .xy = all.col(k).head(k),
          .mean = Eigen::Map<const VectorXd>(m.mean.data(), k),
          .yy = all(k, k),
          .y = m.mean.back(),
          .n = static_cast<double>(m.n)};
}

// Empty unless positive definite by a clear margin. Covariates are scaled to one size first, so that the margin is the share of
// a covariate's variance that the others do not explain.
MatrixXd inverse_of(const MatrixXd& a) {
  if (a.size() == 0) return a;
  const VectorXd diagonal = a.diagonal();
  if (!(diagonal.minCoeff() > 0) || !a.allFinite()) return {};
  const VectorXd scale = diagonal.cwiseSqrt().cwiseInverse();
  const MatrixXd scaled = scale.asDiagonal() * a * scale.asDiagonal();
  const Eigen::LLT<MatrixXd> factors(scaled);
  if (factors.info() != Eigen::Success) return {};
  const VectorXd pivots = factors.matrixLLT().diagonal();
  if (pivots.cwiseAbs2().minCoeff() < 1e-12) return {};
  return scale.asDiagonal() * factors.solve(MatrixXd::Identity(a.rows(), a.cols())) * scale.asDiagonal();
}

std::vector<double> flat(const MatrixXd& m) { return {m.data(), m.data() + m.size()}; }

// Of the residuals about the slope; rounding is 0.
double residual_squares(const Products& p, const VectorXd& slope) {
  const double sum = p.yy - 2 * slope.dot(p.xy) + slope.dot(p.xx * slope);
  return sum > 1e-13 * p.yy ? sum : 0;
}

}  // namespace

RobustSums RobustSums::merged(const RobustSums& other) const {
  return {n + other.n, hc0 + other.hc0, hc2 + other.hc2, hc3 + other.hc3};
}

RegressionAdjustment::RegressionAdjustment(const VectorMoments& control, const VectorMoments& treatment, Slopes slopes)
    : k_(control.size() - 1),
      df_(kNaN),
      effect_(kNaN),
      se_(kNaN),
      se_by_variant_(kNaN),
      r_squared_(kNaN),
      plain_variance_(kNaN) {
  FEEDLOOP_CHECK(control.size() >= 1 && control.size() == treatment.size(), "variants with different covariates");
  const int k = static_cast<int>(k_);
  coefficients_ = slopes == Slopes::Common ? 2 + k : 2 + 2 * k;
  variant_[0].n = control.n;
  variant_[1].n = treatment.n;
  const bool too_few = slopes == Slopes::Common
                           ? control.n < 1 || treatment.n < 1 || control.n + treatment.n <= coefficients_
                           : control.n < k + 1 || treatment.n < k + 1 || control.n + treatment.n <= coefficients_;
  if (too_few) return;

  const Products p[2]{products_of(control), products_of(treatment)};
  MatrixXd inverse[2];
  VectorXd slope[2], extrapolate[2];
  if (slopes == Slopes::Common) {
    inverse[0] = inverse[1] = inverse_of(p[0].xx + p[1].xx);
    if (k_ > 0 && inverse[0].size() == 0) return;
    slope[0] = slope[1] = inverse[0] * (p[0].xy + p[1].xy);
    extrapolate[0] = extrapolate[1] = inverse[0] * (p[0].mean - p[1].mean);
  } else {
    const VectorXd centre = (p[0].n * p[0].mean + p[1].n * p[1].mean) / (p[0].n + p[1].n);
    for (const int d : {0, 1}) {
      inverse[d] = inverse_of(p[d].xx);
      if (k_ > 0 && inverse[d].size() == 0) return;
      slope[d] = inverse[d] * p[d].xy;
      extrapolate[d] = (d == 1 ? 1.0 : -1.0) * (inverse[d] * (centre - p[d].mean));
    }
  }

  // Every unit weighs sign / n_d + extrapolate' (x - mean_d) in the effect; its weights' squares add up to `squares`.
  effect_ = p[1].y - p[0].y;
  double residuals = 0, weights = 0, by_variant = 0;
  plain_variance_ = 0;
  for (const int d : {0, 1}) {
    effect_ += extrapolate[d].dot(p[d].xy);
    const double squares = 1 / p[d].n + extrapolate[d].dot(p[d].xx * extrapolate[d]);
    const double rest = residual_squares(p[d], slope[d]), own_df = p[d].n - 1 - k;
    residuals += rest;
    weights += squares;
    const double own_variance = own_df > 0 ? squares * rest / own_df : kNaN;
    by_variant += own_variance;
    if (slopes == Slopes::ByVariant)
      adjusted_[d] = {variant_[d].n, p[d].y + (d == 1 ? 1.0 : -1.0) * extrapolate[d].dot(p[d].xy), own_variance,
                      std::isnan(own_variance) ? TestStatus::NotEnoughData
                      : own_variance > 0       ? TestStatus::Ok
                                               : TestStatus::ZeroVariance};
    plain_variance_ += p[d].n > 1 ? p[d].yy / (p[d].n - 1) / p[d].n : kNaN;
    variant_[d].mean = flat(p[d].mean);
    variant_[d].mean.push_back(p[d].y);
    variant_[d].slope = flat(slope[d]);
    variant_[d].inverse = flat(inverse[d]);
    variant_[d].extrapolate = flat(extrapolate[d]);
  }
  df_ = p[0].n + p[1].n - coefficients_;
  se_ = std::sqrt(residuals / df_ * weights);
  se_by_variant_ = std::sqrt(by_variant);
  const double between = p[1].y - p[0].y, total = p[0].yy + p[1].yy + between * between * p[0].n * p[1].n / (p[0].n + p[1].n);
  if (total > 0) r_squared_ = 1 - residuals / total;
  status_ = residuals > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
}

double RegressionAdjustment::variance_removed() const {
  return plain_variance_ > 0 ? 1 - se_by_variant_ * se_by_variant_ / plain_variance_ : kNaN;
}

void RegressionAdjustment::add(RobustSums& sums, bool treated, std::span<const double> unit) const {
  FEEDLOOP_CHECK(status_ != TestStatus::NotEnoughData, "there is no regression to take residuals of");
  FEEDLOOP_CHECK(unit.size() == k_ + 1, "a unit with other covariates than the regression's");
  const Variant& v = variant_[treated];
  const double share = 1 / static_cast<double>(v.n);
  double residual = unit[k_] - v.mean[k_], weight = treated ? share : -share, leverage = share;
  for (std::size_t i = 0; i < k_; ++i) {
    const double x = unit[i] - v.mean[i];
    residual -= v.slope[i] * x;
    weight += v.extrapolate[i] * x;
    for (std::size_t j = 0; j < k_; ++j) leverage += x * v.inverse[i * k_ + j] * (unit[j] - v.mean[j]);
  }
  const double term = weight * residual, square = term * term, left = 1 - leverage;
  ++sums.n;
  sums.hc0 += square;
  // A unit that decides a coefficient alone has no residual of its own.
  sums.hc2 += left > 1e-12 ? square / left : kNaN;
  sums.hc3 += left > 1e-12 ? square / left / left : kNaN;
}

double RegressionAdjustment::se(const RobustSums& sums, RobustKind kind) const {
  if (status_ == TestStatus::NotEnoughData || sums.n != n()) return kNaN;
  switch (kind) {
    case RobustKind::Hc0:
      return std::sqrt(sums.hc0);
    case RobustKind::Hc1:
      return std::sqrt(sums.hc0 * static_cast<double>(n()) / df_);
    case RobustKind::Hc2:
      return std::sqrt(sums.hc2);
    case RobustKind::Hc3:
      return std::sqrt(sums.hc3);
  }
  return kNaN;
}

}  // namespace feedloop
