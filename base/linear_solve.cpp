#include "base/linear_solve.hpp"

#include <Eigen/Cholesky>
#include <limits>

namespace feedloop {
namespace {

template <class Matrix, class Vector>
Vector solve(const Matrix& a, const Vector& b) {
  const Eigen::LLT<Matrix, Eigen::Lower> factors(a);
  if (factors.info() != Eigen::Success)
    return Vector::Constant(b.size(), std::numeric_limits<typename Vector::Scalar>::quiet_NaN());
  return factors.solve(b);
}

}  // namespace

Eigen::VectorXd solve_positive_definite(const Eigen::MatrixXd& a, const Eigen::VectorXd& b) { return solve(a, b); }
Eigen::VectorXf solve_positive_definite(const Eigen::MatrixXf& a, const Eigen::VectorXf& b) { return solve(a, b); }

}  // namespace feedloop
