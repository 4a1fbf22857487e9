#include "stats/heterogeneity.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/moments.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("two effects are as heterogeneous as their difference") {
  // Q of two is the squared z of their difference; both averages by hand.
  const Heterogeneity h = heterogeneity(std::array{1.0, 4.0}, std::array{1.0, 2.0});
  CHECK(h.q == Approx(9.0 / 3));
  CHECK(h.p == Approx(normal_two_sided_p(std::sqrt(3.0))));
  CHECK(h.fixed == Approx((1 + 4 * 0.5) / 1.5));
  CHECK(h.i2 == Approx(2.0 / 3));
  CHECK(h.h2 == Approx(3));
  CHECK(h.tau2 == Approx((3.0 - 1) / (1.5 - 1.25 / 1.5)));
  CHECK(h.random == Approx((1 / (1 + h.tau2) + 4 / (2 + h.tau2)) / (1 / (1 + h.tau2) + 1 / (2 + h.tau2))));
}

TEST_CASE("equal effects are found heterogeneous at the level of the test") {
  // 20000 sets of five; exact binomial bounds at 1e-6.
  const std::array variances{1.0, 4.0, 0.3, 2.0, 9.0};
  std::int64_t alarms = 0;
  const std::int64_t reps = 20'000;
  Rng rng = stream({41}, Stream::Test, entity_key(1));
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    std::array<double, 5> effects;
    for (std::size_t i = 0; i < 5; ++i) effects[i] = 2 + std::sqrt(variances[i]) * normal(rng);
    alarms += heterogeneity(effects, variances).p < 0.05;
  }
  CHECK(consistent_with_rate(alarms, reps, 0.05, 1e-6));
}

TEST_CASE("tau^2 is the variance of the effects themselves") {
  // 400 sets of 30 effects of variance 4 with errors of variance 1: one tau^2 has an sd of about sqrt(2 / 29) 5 = 1.3, the
  // mean of 400 of 0.066, and 0.4 is six of these.
  RatioMoments tau2;
  Rng rng = stream({42}, Stream::Test, entity_key(1));
  for (int rep = 0; rep < 400; ++rep) {
    std::vector<double> effects(30), variances(30, 1.0);
    for (double& e : effects) e = 2 * normal(rng) + normal(rng);
    tau2.add(heterogeneity(effects, variances).tau2);
  }
  CHECK(tau2.mean_num == Approx(4).margin(0.4));
}

TEST_CASE("one estimate or one without an error has no heterogeneity") {
  CHECK(heterogeneity({}, {}).status == TestStatus::NotEnoughData);
  CHECK(heterogeneity(std::array{1.0}, std::array{1.0}).status == TestStatus::NotEnoughData);
  CHECK(heterogeneity(std::array{1.0, 2.0}, std::array{1.0, 0.0}).status == TestStatus::NotEnoughData);
  CHECK(heterogeneity(std::array{1.0, kNaN}, std::array{1.0, 1.0}).status == TestStatus::NotEnoughData);
  const Heterogeneity same = heterogeneity(std::array{2.0, 2.0}, std::array{1.0, 3.0});
  CHECK(same.q == 0);
  CHECK(same.i2 == 0);
  CHECK(same.h2 == 1);
  CHECK(same.random == same.fixed);
}
