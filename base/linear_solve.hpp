// Solving symmetric positive definite systems, compiled once: Eigen's factorisations are the slowest templates there are.
#pragma once

#include <Eigen/Core>

namespace feedloop {

// x of A x = b by Cholesky factorisation; reads only the lower triangle of `a` (n x n). What is not positive definite in its
// own precision gives entries that are not finite.
Eigen::VectorXd solve_positive_definite(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);
Eigen::VectorXf solve_positive_definite(const Eigen::MatrixXf& a, const Eigen::VectorXf& b);

}  // namespace feedloop
