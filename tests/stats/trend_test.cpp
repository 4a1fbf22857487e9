#include "stats/trend.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a line is found with the error of its variances") {
  // Of three periods with equal variances the slope is (y2 - y0) / 2, with variance v / 2.
  const LinearTrend t = linear_trend(std::vector{1.0, 3.5, 4.0}, std::vector{0.5, 0.5, 0.5});
  CHECK(t.status == TestStatus::Ok);
  CHECK(t.slope == Approx(1.5));
  CHECK(t.se == Approx(0.5));
  CHECK(t.p == Approx(normal_two_sided_p(3)));
  CHECK(t.intercept == Approx(8.5 / 3 - 1.5));
  // Off the line by (-1, 2, -1) / 3.
  CHECK(t.excess_chi2 == Approx(6.0 / 9 / 0.5));
  CHECK(t.excess_p == Approx(chi2_sf(4.0 / 3, 1)));
}

TEST_CASE("a period of little variance decides where the line passes") {
  const LinearTrend t = linear_trend(std::vector{0.0, 5.0, 1.0}, std::vector{1e-9, 1e9, 1e-9});
  CHECK(t.intercept == Approx(0).margin(1e-8));
  CHECK(t.slope == Approx(0.5));
}

TEST_CASE("tests of a trend between steady effects alarm at their level") {
  // 20000 series of 9 unequal-variance normals; exact binomial bounds at 1e-6. Kendall's exact p is discrete: at most its
  // level.
  std::int64_t linear = 0, scatter = 0, monotone = 0;
  const std::int64_t reps = 20'000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({71}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    std::vector<double> effect, variance, equal;
    for (int i = 0; i < 9; ++i) {
      variance.push_back(0.5 + i);
      effect.push_back(0.3 + std::sqrt(variance.back()) * normal(rng));
      equal.push_back(normal(rng));
    }
    const LinearTrend t = linear_trend(effect, variance);
    linear += t.p < 0.05;
    scatter += t.excess_p < 0.05;
    monotone += monotone_trend(equal).p <= 0.05;
  }
  CHECK(consistent_with_rate(linear, reps, 0.05, 1e-6));
  CHECK(consistent_with_rate(scatter, reps, 0.05, 1e-6));
  CHECK(clopper_pearson(monotone, reps, 1e-6).low <= 0.05);
}

TEST_CASE("Kendall's exact p counts the orders that are at least as far") {
  const std::vector<double> effect{2, 1, 3, 5, 4};
  std::vector<double> order{1, 2, 3, 4, 5};
  const double tau = monotone_trend(effect).tau;
  CHECK(tau == Approx(0.6));  // 8 pairs up, 2 down
  int far = 0, all = 0;
  do {
    far += std::abs(monotone_trend(order).tau) >= tau - 1e-12;
    ++all;
  } while (std::next_permutation(order.begin(), order.end()));
  CHECK(monotone_trend(effect).p == Approx(static_cast<double>(far) / all));
}

TEST_CASE("the exact p is near the normal limit at a hundred periods, and one odd period hardly moves the median slope") {
  std::vector<double> effect;
  Rng rng = stream({73}, Stream::Test, entity_key(0));
  for (int i = 0; i < 100; ++i) effect.push_back(0.005 * i + normal(rng));
  const MonotoneTrend t = monotone_trend(effect);
  // Kendall 1938: S = tau * 4950 has variance n (n - 1) (2 n + 5) / 18; S moves in steps of 2, so half a step is 1.
  const double s = std::abs(t.tau) * 4950, sd = std::sqrt(100.0 * 99 * 205 / 18);
  CHECK(t.p == Approx(2 * normal_sf((s - 1) / sd)).epsilon(0.03));
  effect[50] = 1e6;
  CHECK(monotone_trend(effect).theil_sen == Approx(t.theil_sen).margin(0.002));
}

TEST_CASE("too few or undefined periods give a status") {
  CHECK(linear_trend(std::vector{1.0}, std::vector{1.0}).status == TestStatus::NotEnoughData);
  CHECK(linear_trend(std::vector{1.0, 2.0}, std::vector{1.0, 0.0}).status == TestStatus::NotEnoughData);
  CHECK(linear_trend(std::vector{1.0, kNaN}, std::vector{1.0, 1.0}).status == TestStatus::NotEnoughData);
  CHECK(std::isnan(linear_trend(std::vector{1.0, 2.0}, std::vector{1.0, 1.0}).excess_p));
  CHECK(monotone_trend(std::vector{1.0}).status == TestStatus::NotEnoughData);
  CHECK(monotone_trend(std::vector{1.0, 1.0}).status == TestStatus::NotEnoughData);
  CHECK(monotone_trend(std::vector{1.0, kNaN}).status == TestStatus::NotEnoughData);
}
