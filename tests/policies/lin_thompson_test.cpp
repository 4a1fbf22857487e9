#include "policies/lin_thompson.hpp"

#include <cmath>

#include "stats/tails.hpp"
#include "tests/policies/pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

LinThompson make(double scale, const char* model, std::int64_t draws = 64) {
  LinThompson::Params p;
  p.scale = scale;
  p.propensity_draws = draws;
  p.linear.model = model;
  p.linear.context = {.dims = 1, .standardise = false};
  return LinThompson(p);
}

Ranking two(float first, float second) {
  Ranking r = plain_ranking(2);
  r.width = 1;
  r.features = {first, second};
  return r;
}

}  // namespace

TEST_CASE("items with coefficients of their own win by the normal of their distance") {
  // One click at x = (1, 1): item 0 has mean 2/3 and variance 2/3 there, item 1, never shown, 0 and 2.
  for (const double scale : {0.2, 1.0, 3.0}) {
    LinThompson policy = make(scale, "disjoint");
    policy.learn(shown(0, 1, 1, {1}));
    const double want = normal_sf(-(2.0 / 3) / (scale * std::sqrt(2.0 / 3 + 2)));
    CHECK(propensity_of(policy, two(1, 1), 0) == Approx(want).margin(1e-6));
  }
}

TEST_CASE("with shared coefficients the difference of two predictions decides and the declared error covers it") {
  // theta has mean (1/3, 1/3) and covariance scale^2 A^-1, A^-1 = [[2, -1], [-1, 2]] / 3; predictions at +1 and -1 differ by 2
  // theta_1: mean 2/3, variance 8/3 scale^2. 5 standard errors of 2,000 common draws: 6e-7 without cause.
  for (const double scale : {0.5, 1.0}) {
    LinThompson policy = make(scale, "shared", 2000);
    policy.learn(shown(0, 1, 1, {1}));
    const double want = normal_sf(-(2.0 / 3) / (scale * std::sqrt(8.0 / 3)));
    for (std::uint64_t n = 0; n < 20; ++n) {
      const Slot slot = policy.choose(two(1, -1), {}, luck(n)).slots[0];
      const double p = slot.item == ItemId{0} ? want : 1 - want;
      CHECK(slot.propensity_error > 0);
      CHECK(std::fabs(static_cast<double>(slot.propensity) - p) < 5 * static_cast<double>(slot.propensity_error) + 1e-3);
    }
  }
}

TEST_CASE("many observations settle the draw") {
  LinThompson policy = make(0.2, "shared");
  for (int n = 0; n < 500; ++n) {
    policy.learn(shown(0, 1, 1, {1}));
    policy.learn(shown(1, 1, 0, {-1}));
  }
  int right = 0;
  for (std::uint64_t n = 0; n < 200; ++n) right += policy.choose(two(-1, 1), {}, luck(n)).slots[0].item == ItemId{1};
  CHECK(right == 200);  // the difference is 0.99 +- 0.01
}
