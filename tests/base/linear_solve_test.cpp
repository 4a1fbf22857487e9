#include "base/linear_solve.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a positive definite system is solved from its lower triangle") {
  for (const Eigen::Index n : {1, 2, 7, 40}) {
    Rng rng = stream({3}, Stream::Test, entity_key(static_cast<std::uint64_t>(n)));
    Eigen::MatrixXd half(n, n);
    for (Eigen::Index i = 0; i < n * n; ++i) half.data()[i] = normal(rng);
    const Eigen::MatrixXd a = half * half.transpose() + Eigen::MatrixXd::Identity(n, n);
    const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(n, -1, 2), b = a * x;
    Eigen::MatrixXd lower = a.triangularView<Eigen::Lower>();
    CHECK((solve_positive_definite(lower, b) - x).norm() < 1e-9);
    const Eigen::MatrixXf lower_f = lower.cast<float>();
    CHECK((solve_positive_definite(lower_f, Eigen::VectorXf(b.cast<float>())).cast<double>() - x).norm() < 1e-2);
  }
}

TEST_CASE("what is not positive definite gives nothing finite") {
  Eigen::MatrixXd a(2, 2);
  a << 1, 2, 2, 1;
  CHECK(std::isnan(solve_positive_definite(a, Eigen::VectorXd(Eigen::VectorXd::Ones(2)))[0]));
}

TEST_CASE("the blocks of a product do not depend on the caches of the processor") {
  CHECK(Eigen::l1CacheSize() == 32 * 1024);
  CHECK(Eigen::l2CacheSize() == 256 * 1024);
  CHECK(Eigen::l3CacheSize() == 2 * 1024 * 1024);
}
