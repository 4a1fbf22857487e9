#include "policies/linear_model.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/check.hpp"
#include "base/distributions.hpp"

namespace feedloop {
namespace {

// Lanes run over rows, so every row is summed in order of its columns.
constexpr std::size_t kLanes = 8, kGroup = 4;
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));

}  // namespace

std::vector<double> inverse_cholesky(std::span<const double> a, std::size_t n) {
  std::vector<double> l(n * n, 0.0), inverse(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double s = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) s -= l[i * n + k] * l[j * n + k];
      if (i == j) {
        FEEDLOOP_CHECK(s > 0, "the precision of a linear model is not positive definite");
        l[i * n + i] = std::sqrt(s);
      } else {
        l[i * n + j] = s / l[j * n + j];
      }
    }
  for (std::size_t j = 0; j < n; ++j) {
    inverse[j * n + j] = 1 / l[j * n + j];
    for (std::size_t i = j + 1; i < n; ++i) {
      double s = 0;
      for (std::size_t k = j; k < i; ++k) s -= l[i * n + k] * inverse[k * n + j];
      inverse[i * n + j] = s / l[i * n + i];
    }
  }
  return inverse;
}

LinearModel::LinearModel(std::size_t dims, double ridge) : a_(dims * dims, 0.0), b_(dims, 0.0) {
  for (std::size_t d = 0; d < dims; ++d) a_[d * dims + d] = ridge;
  refresh();
}

void LinearModel::add(const float* x, double y, double weight) {
  const std::size_t n = dims();
  for (std::size_t i = 0; i < n; ++i) {
    const double xi = weight * static_cast<double>(x[i]);
    if (xi == 0) continue;
    for (std::size_t j = 0; j < n; ++j) a_[i * n + j] += xi * static_cast<double>(x[j]);
    b_[i] += xi * y;
  }
}

void LinearModel::add_precision(std::span<const double> a) {
  for (std::size_t i = 0; i < a_.size(); ++i) a_[i] += a[i];
}

void LinearModel::add_target(std::span<const double> b) {
  for (std::size_t i = 0; i < b_.size(); ++i) b_[i] += b[i];
}

void LinearModel::refresh() {
  const std::size_t n = dims();
  inverse_ = inverse_cholesky(a_, n);
  std::vector<double> w(n, 0.0);  // L^-1 b
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) w[i] += inverse_[i * n + j] * b_[j];
  theta_.assign(n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) theta_[j] += inverse_[i * n + j] * w[i];
}

double LinearModel::mean(const float* x) const {
  double s = 0;
  for (std::size_t d = 0; d < dims(); ++d) s += theta_[d] * static_cast<double>(x[d]);
  return s;
}

double LinearModel::variance(const float* x) const {
  const std::size_t n = dims();
  double v = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double s = 0;
    for (std::size_t j = 0; j <= i; ++j) s += inverse_[i * n + j] * static_cast<double>(x[j]);
    v += s * s;
  }
  return v;
}

void LinearModel::variances(const float* rows, std::size_t n, float* out) const {
  const std::size_t d = dims();
  static thread_local std::vector<float> factor;
  static thread_local std::vector<Lanes> columns;
  factor.assign(inverse_.begin(), inverse_.end());
  columns.resize(d * kGroup);
  for (std::size_t first = 0; first < n; first += kGroup * kLanes) {
    const std::size_t here = std::min(kGroup * kLanes, n - first);
    auto* column = reinterpret_cast<float*>(columns.data());
    if (here < kGroup * kLanes) std::memset(column, 0, columns.size() * sizeof(Lanes));
    for (std::size_t r = 0; r < here; ++r)
      for (std::size_t c = 0; c < d; ++c) column[c * kGroup * kLanes + r] = rows[(first + r) * d + c];
    Lanes v0{}, v1{}, v2{}, v3{};
    for (std::size_t i = 0; i < d; ++i) {
      Lanes s0{}, s1{}, s2{}, s3{};
      const float* f = factor.data() + i * d;
      for (std::size_t j = 0; j <= i; ++j) {
        const Lanes* x = columns.data() + j * kGroup;
        s0 += f[j] * x[0], s1 += f[j] * x[1], s2 += f[j] * x[2], s3 += f[j] * x[3];
      }
      v0 += s0 * s0, v1 += s1 * s1, v2 += s2 * s2, v3 += s3 * s3;
    }
    const Lanes all[kGroup]{v0, v1, v2, v3};
    std::memcpy(out + first, all, here * sizeof(float));
  }
}

void LinearModel::means(const float* rows, std::size_t n, float* out) const {
  const std::size_t d = dims();
  std::vector<float> theta(theta_.begin(), theta_.end());
  for (std::size_t r = 0; r < n; ++r) {
    float s = 0;
    for (std::size_t c = 0; c < d; ++c) s += theta[c] * rows[r * d + c];
    out[r] = s;
  }
}

void LinearModel::sample(Rng& rng, double scale, double* theta) const {
  const std::size_t n = dims();
  std::copy(theta_.begin(), theta_.end(), theta);
  for (std::size_t i = 0; i < n; ++i) {
    const double z = scale * normal(rng);
    for (std::size_t j = 0; j <= i; ++j) theta[j] += inverse_[i * n + j] * z;
  }
}

}  // namespace feedloop
