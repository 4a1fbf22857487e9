// The posterior of a linear model, N(theta, scale^2 A^-1) with precision A = ridge * I + sum of x x' and theta = A^-1 b: what
// LinUCB (Li, Chu, Langford & Schapire 2010, alg. 1) and linear Thompson sampling (Agrawal & Goyal 2013, alg. 1) share. Kept as
// the inverse L^-1 of A's Cholesky factor: x' A^-1 x = |L^-1 x|^2, and theta + scale * L^-T z of a standard normal z is a draw.
#pragma once

#include <span>
#include <vector>

#include "base/random.hpp"
#include "base/state.hpp"

namespace feedloop {

class LinearModel {
 public:
  LinearModel() = default;
  // Requires: dims > 0, ridge > 0.
  LinearModel(std::size_t dims, double ridge);

  std::size_t dims() const { return b_.size(); }
  void add(const float* x, double y, double weight = 1);  // one observation; call refresh() before reading
  void add_precision(std::span<const double> a);          // dims x dims, symmetric
  void add_target(std::span<const double> b);             // dims
  void refresh();
  // Takes theta as found elsewhere (a Laplace approximation). Requires: refresh() before.
  void set_mean(std::span<const double> theta) { theta_.assign(theta.begin(), theta.end()); }

  double mean(const float* x) const;
  double variance(const float* x) const;  // x' A^-1 x
  // The same of n rows of dims() floats, in single precision, 32 rows at a time.
  void variances(const float* rows, std::size_t n, float* out) const;
  void means(const float* rows, std::size_t n, float* out) const;
  // One draw of the coefficients, dims() values.
  void sample(Rng& rng, double scale, double* theta) const;

  std::span<const double> theta() const { return theta_; }
  std::span<const double> precision() const { return a_; }
  std::span<const double> inverse_factor() const { return inverse_; }  // L^-1, row-major, lower
  void visit_state(State& s) {
    s(a_);
    s(b_);
    s(theta_);
    s(inverse_);
  }

 private:
  std::vector<double> a_, b_, theta_, inverse_;
};

// L^-1 of the Cholesky factor L of a symmetric positive definite matrix, n x n, row-major, lower triangle with zeros above.
std::vector<double> inverse_cholesky(std::span<const double> a, std::size_t n);

}  // namespace feedloop
