#include "experiment/bubble/projection.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace feedloop {
namespace {

constexpr double kNothing = 1e-12;  // of the total variance: rounding

std::vector<double> axis(Eigen::VectorXd v) {
  Eigen::Index largest = 0;
  for (Eigen::Index k = 1; k < v.size(); ++k)
    if (std::abs(v[k]) > std::abs(v[largest]) * (1 + 1e-9)) largest = k;
  if (v[largest] < 0) v = -v;
  return {v.data(), v.data() + v.size()};
}

}  // namespace

Projection::Projection(std::span<const float> rows, std::size_t dims) : mean_(dims, 0), x_(dims, 0), y_(dims, 0) {
  const std::size_t n = rows.size() / dims;
  if (n == 0) return;
  for (std::size_t i = 0; i < rows.size(); ++i) mean_[i % dims] += static_cast<double>(rows[i]) / static_cast<double>(n);
  const auto d = static_cast<Eigen::Index>(dims);
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(d, d);
  Eigen::VectorXd centred(d);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < dims; ++k)
      centred[static_cast<Eigen::Index>(k)] = static_cast<double>(rows[i * dims + k]) - mean_[k];
    covariance.noalias() += centred * centred.transpose();
  }
  const double total = covariance.trace();
  if (!(total > 0)) return;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);  // eigenvalues ascending
  const Eigen::VectorXd& values = solver.eigenvalues();
  double held = 0;
  const auto component = [&](Eigen::Index from_last, std::vector<double>& into) {
    if (d <= from_last || values[d - 1 - from_last] <= kNothing * total) return;
    into = axis(solver.eigenvectors().col(d - 1 - from_last));
    held += values[d - 1 - from_last];
  };
  component(0, x_);
  component(1, y_);
  explained_ = held / total;
}

MapPoint Projection::at(std::span<const float> vector) const {
  double x = 0, y = 0;
  for (std::size_t k = 0; k < mean_.size(); ++k) {
    const double v = static_cast<double>(vector[k]) - mean_[k];
    x += v * x_[k];
    y += v * y_[k];
  }
  return {static_cast<float>(x), static_cast<float>(y)};
}

}  // namespace feedloop
