#include <cmath>

#include "experiment/evaluation/evaluation.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a crossover is the last time that the lead becomes positive") {
  const std::vector<double> n{0, 10, 20, 40};
  const auto at = [&](std::vector<double> lead) { return crossover_point(n, lead); };
  CHECK(at({-1, -1, 1, 2}) == Approx(15));
  CHECK(at({-1, -3, -1, 3}) == Approx(25));
  CHECK(at({2, -1, 1, 2}) == Approx(15));
  CHECK(at({-1, 1, -1, 1}) == Approx(30));
  CHECK(at({1, 1, 1, 1}) == 0);
  CHECK(at({0, 1, 1, 1}) == 0);
  CHECK(at({-1, 0, 1, 1}) == Approx(10));
  CHECK(std::isinf(at({1, 1, 1, -1})));
  CHECK(std::isinf(at({1, 1, 1, 0})));
  CHECK(std::isinf(crossover_point({}, {})));
}
