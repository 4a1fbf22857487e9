#include <cmath>

#include "experiment/evaluation/evaluation.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a slope is that of the least-squares line") {
  CHECK(slope(std::vector<double>{1, 2, 4}, std::vector<double>{5, 7, 11}) == Approx(2));
  CHECK(slope(std::vector<double>{0, 1, 2}, std::vector<double>{0, 3, 0}) == Approx(0).margin(1e-12));
  CHECK(slope(std::vector<double>{0, 1, 2, 3}, std::vector<double>{1, 0, 2, -1}) == Approx(-0.4));  // by hand: -2 / 5
  CHECK(std::isnan(slope(std::vector<double>{1, 1}, std::vector<double>{0, 3})));
}
