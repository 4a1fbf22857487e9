#include "policies/linear_model.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "base/linear_solve.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<float> rows_of(std::size_t n, std::size_t d) {
  Rng rng = stream({7}, Stream::Test, entity_key(n, d));
  std::vector<float> x(n * d);
  for (float& v : x) v = static_cast<float>(normal(rng));
  return x;
}

}  // namespace

TEST_CASE("the mean and the variance are those of ridge regression solved directly") {
  constexpr std::size_t n = 200, d = 7;
  const auto x = rows_of(n, d);
  LinearModel model(d, 0.5);
  Eigen::MatrixXd a = Eigen::MatrixXd::Identity(d, d) * 0.5;
  Eigen::VectorXd b = Eigen::VectorXd::Zero(d);
  for (std::size_t r = 0; r < n; ++r) {
    const double y = r % 3 == 0;
    model.add(x.data() + r * d, y);
    Eigen::VectorXd row(d);
    for (std::size_t c = 0; c < d; ++c) row(static_cast<int>(c)) = static_cast<double>(x[r * d + c]);
    a += row * row.transpose();
    b += y * row;
  }
  model.refresh();
  const Eigen::VectorXd theta = solve_positive_definite(a, b);
  for (std::size_t c = 0; c < d; ++c) CHECK(model.theta()[c] == Approx(theta(static_cast<int>(c))).margin(1e-10));
  std::vector<float> variances(n), means(n);
  model.variances(x.data(), n, variances.data());
  model.means(x.data(), n, means.data());
  for (std::size_t r = 0; r < n; ++r) {
    Eigen::VectorXd row(d);
    for (std::size_t c = 0; c < d; ++c) row(static_cast<int>(c)) = static_cast<double>(x[r * d + c]);
    const double want = row.dot(solve_positive_definite(a, row));
    CHECK(model.variance(x.data() + r * d) == Approx(want).epsilon(1e-9));
    CHECK(static_cast<double>(variances[r]) == Approx(want).epsilon(1e-4));
    CHECK(static_cast<double>(means[r]) == Approx(model.mean(x.data() + r * d)).margin(1e-5));
  }
}

TEST_CASE("rows in lanes give the same bits wherever they stand") {
  constexpr std::size_t n = 77, d = 9;
  const auto x = rows_of(n, d);
  LinearModel model(d, 1);
  for (std::size_t r = 0; r < n; ++r) model.add(x.data() + r * d, 1);
  model.refresh();
  std::vector<float> all(n), one(1);
  model.variances(x.data(), n, all.data());
  for (std::size_t r = 0; r < n; ++r) {
    model.variances(x.data() + r * d, 1, one.data());
    CHECK(one[0] == all[r]);
  }
}

TEST_CASE("draws have the posterior's mean and variance") {
  // Along one direction, 20,000 draws: 5 standard errors each.
  constexpr std::size_t n = 50, d = 4;
  const auto x = rows_of(n, d);
  LinearModel model(d, 1);
  for (std::size_t r = 0; r < n; ++r) model.add(x.data() + r * d, static_cast<double>(r % 2));
  model.refresh();
  double sum = 0, squares = 0;
  constexpr int kDraws = 20'000;
  Rng rng = stream({5}, Stream::Test, {});
  std::vector<double> theta(d);
  for (int i = 0; i < kDraws; ++i) {
    model.sample(rng, 0.5, theta.data());
    double v = 0;
    for (std::size_t c = 0; c < d; ++c) v += theta[c] * static_cast<double>(x[c]);
    v -= model.mean(x.data());
    sum += v, squares += v * v;
  }
  const double want = 0.25 * model.variance(x.data());
  CHECK(std::fabs(sum / kDraws) < 5 * std::sqrt(want / kDraws));
  CHECK(squares / kDraws == Approx(want).epsilon(5 * std::sqrt(2.0 / kDraws)));
}
