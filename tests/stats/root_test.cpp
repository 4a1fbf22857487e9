#include "stats/root.hpp"

#include <cmath>

#include "stats/interval.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("the root of a function that changes sign is found to its last bits") {
  CHECK(root_between([](double x) { return x * x - 2; }, 0, 2) == Approx(std::sqrt(2.0)).epsilon(1e-14));
  CHECK(root_between([](double x) { return 1 - std::exp(x - 3); }, -50, 50) == Approx(3).epsilon(1e-13));
  CHECK(root_between([](double x) { return x < 0.25 ? -1.0 : 1.0; }, 0, 1) == Approx(0.25).epsilon(1e-13));  // a jump
}

TEST_CASE("without a change of sign the nearer end is given and an undefined end gives NaN") {
  CHECK(root_between([](double x) { return x + 1; }, 0, 5) == 0);
  CHECK(root_between([](double x) { return x - 9; }, 0, 5) == 5);
  CHECK(root_between([](double x) { return x; }, 0, 5) == 0);
  CHECK(std::isnan(root_between([](double x) { return std::log(x); }, -1, 5)));
}
