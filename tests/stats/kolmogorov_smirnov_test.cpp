#include "stats/kolmogorov_smirnov.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("the exact tail of one and two values follows its closed form") {
  // n = 1: D = max(u, 1 - u). n = 2, 1/4 <= d <= 1/2: P(D < d) = 2 (2 d - 1/2)^2, the chance of both ordered values in reach.
  for (const double d : {0.55, 0.8, 0.99}) CHECK(ks_sf(1, d) == Approx(2 * (1 - d)).epsilon(1e-12));
  for (const double d : {0.3, 0.45}) CHECK(ks_sf(2, d) == Approx(1 - 2 * (2 * d - 0.5) * (2 * d - 0.5)).epsilon(1e-12));
  CHECK(ks_sf(3, 1.0 / 6) == 1);
  CHECK(ks_sf(3, 1) == 0);
}

TEST_CASE("the body and the one-sided tail of the exact distribution join") {
  for (const std::int64_t n : {40, 300, 1500}) {
    const double d = 2 / std::sqrt(static_cast<double>(n));
    // The slope of the log tail is about -4 n d: over a step of 1e-9 d it changes by 1e-9 * 16.
    CAPTURE(n);
    CHECK(ks_sf(n, d * (1 - 1e-9)) == Approx(ks_sf(n, d * (1 + 1e-9))).epsilon(1e-7));
  }
}

TEST_CASE("the exact distribution and its limit join") {
  for (const double x : {0.5, 0.8, 1.2, 1.9})
    CHECK(ks_sf(2000, x / std::sqrt(2000.0)) == Approx(ks_sf(2001, x / std::sqrt(2001.0))).margin(1e-4));
}

TEST_CASE("flat p-values pass the test of flatness at its level and bent ones fail") {
  // 3000 samples of 50; exact binomial bounds at 1e-6.
  std::int64_t alarms = 0, found = 0;
  const std::int64_t reps = 3000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({81}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    std::vector<double> flat, bent;
    for (int i = 0; i < 50; ++i) flat.push_back(rng.uniform()), bent.push_back(flat.back() * flat.back());
    alarms += ks_uniform(flat).p < 0.05;
    found += ks_uniform(bent).p < 0.05;
  }
  CHECK(consistent_with_rate(alarms, reps, 0.05, 1e-6));
  CHECK(found > reps * 4 / 5);
}

TEST_CASE("the two-sample tail counts all orders of the values") {
  // 4 against 3: all 35 orders.
  for (const double d : {0.5, 0.75, 1.0}) {
    int far = 0, all = 0;
    std::vector<int> of_b{0, 0, 0, 0, 1, 1, 1};
    do {
      std::vector<double> a, b;
      for (std::size_t i = 0; i < 7; ++i) (of_b[i] ? b : a).push_back(static_cast<double>(i));
      far += ks_two_sample(a, b).d >= d - 1e-12;
      ++all;
    } while (std::next_permutation(of_b.begin(), of_b.end()));
    CHECK(ks_two_sample_sf(4, 3, d) == Approx(static_cast<double>(far) / all).epsilon(1e-12));
  }
}

TEST_CASE("a small two-sample p keeps its digits") {
  // Two samples apart: two of the C(60, 30) orders.
  double orders = 1;
  for (int i = 1; i <= 30; ++i) orders *= (30.0 + i) / i;
  CHECK(ks_two_sample_sf(30, 30, 1) == Approx(2 / orders).epsilon(1e-12));
}

TEST_CASE("ties do not count as distance and empty samples have none") {
  const KsTest same = ks_two_sample(std::vector{1.0, 1.0, 2.0}, std::vector{1.0, 2.0, 1.0, 1.0, 2.0, 1.0});
  CHECK(same.d == 0);
  CHECK(same.p == 1);
  CHECK(std::isnan(ks_uniform({}).p));
  CHECK(std::isnan(ks_uniform(std::vector{0.5, kNaN}).d));
  CHECK(std::isnan(ks_two_sample(std::vector{0.5}, {}).p));
}
