#include "stats/non_inferiority.hpp"

#include <cmath>

#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Estimate estimate(std::int64_t n, double value, double se) { return {n, value, se * se, TestStatus::Ok}; }

}  // namespace

TEST_CASE("at a margin of zero the test is Welch's one-sided test of the difference") {
  const Estimate a = estimate(400, 10, 0.2), b = estimate(300, 10.4, 0.3);
  const Comparison c = compare(a, b, 0.05);
  const MarginTest t = margin_test(a, b, 0);
  CHECK(t.estimate == Approx(0.4));
  CHECK(t.se == Approx(std::hypot(0.2, 0.3)));
  CHECK(t.p_above == Approx(t_sf(c.t, c.df)));
  CHECK(t.p_above + t.p_below == Approx(1));
}

TEST_CASE("the margin moves the null and control's error with it") {
  // b - 0.9 a = 1, se = sqrt(0.4^2 + 0.81 * 0.3^2).
  const MarginTest t = margin_test(estimate(100'000, 10, 0.3), estimate(100'000, 10, 0.4), -0.1);
  const double se = std::sqrt(0.16 + 0.81 * 0.09);
  CHECK(t.estimate == Approx(1));
  CHECK(t.se == Approx(se));
  CHECK(t.p_above == Approx(normal_sf(1 / se)).epsilon(1e-3));
}

TEST_CASE("on the margin itself either p is a half and scale does not matter") {
  const MarginTest t = margin_test(estimate(500, 2, 0.1), estimate(500, 1.9, 0.1), -0.05);
  CHECK(t.p_above == Approx(0.5));
  CHECK(t.p_below == Approx(0.5));
  const MarginTest small = margin_test(estimate(500, 3, 0.1), estimate(500, 2.9, 0.1), -0.05);
  const MarginTest large = margin_test(estimate(500, 3e6, 1e5), estimate(500, 2.9e6, 1e5), -0.05);
  CHECK(small.p_above == Approx(large.p_above));
}

TEST_CASE("what cannot be tested says so") {
  CHECK(margin_test({}, estimate(10, 1, 1), -0.1).status == TestStatus::NotEnoughData);
  CHECK(margin_test(estimate(10, 0, 1), estimate(10, 1, 1), -0.1).status == TestStatus::NotEnoughData);
  CHECK(margin_test(estimate(10, -2, 1), estimate(10, 1, 1), -0.1).status == TestStatus::NotEnoughData);
  CHECK(std::isnan(margin_test({}, {}, -0.1).p_above));
}
