#include "stats/permutation.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("the exact p of groups that lie apart is two of all splits") {
  const PermutationTest t = permutation_test(std::vector{1.0, 2.0, 3.0}, std::vector{10.0, 11.0});
  CHECK(t.exact);
  CHECK(t.splits == 10);
  CHECK(t.difference == Approx(8.5));
  CHECK(t.p == Approx(2.0 / 10));
}

TEST_CASE("splits that tie with the observed one count on both sides whatever the rounding") {
  const PermutationTest t = permutation_test(std::vector{0.1, 0.2, 0.3}, std::vector{0.1, 0.2, 0.3});
  CHECK(t.p == 1);
  // 0 0 1 | 0 1 1: of 20 splits those with at least two ones among three are 10.
  CHECK(permutation_test(std::vector{0.0, 0.0, 1.0}, std::vector{0.0, 1.0, 1.0}).p == 1);
  // 0 0 0 | 0 1 1: both ones in the treatment, in 4 of 20.
  CHECK(permutation_test(std::vector{0.0, 0.0, 0.0}, std::vector{0.0, 1.0, 1.0}).p == Approx(0.4));
}

TEST_CASE("random splits agree with all of them") {
  Rng rng = stream({83}, Stream::Test, entity_key(0));
  std::vector<double> a, b;
  for (int i = 0; i < 8; ++i) a.push_back(lognormal(rng, 1, 1)), b.push_back(lognormal(rng, 1.6, 1));
  const PermutationTest exact = permutation_test(a, b), drawn = permutation_test(a, b, {5}, 10'000);
  CHECK(exact.splits == 12'870);
  CHECK_FALSE(drawn.exact);
  CHECK(drawn.splits == 10'001);
  // Half the p is a share of 10000 draws; exact binomial bounds at 1e-6.
  const auto far = static_cast<std::int64_t>(std::llround(drawn.p / 2 * 10'001)) - 1;
  CHECK(consistent_with_rate(far, 10'000, exact.p / 2, 1e-6));
}

TEST_CASE("the test of eight heavy-tailed clusters never alarms above its level") {
  // 5000 tests; exact binomial bound at 1e-6.
  std::int64_t alarms = 0;
  const std::int64_t reps = 5000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({85}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    std::vector<double> a, b;
    for (int i = 0; i < 4; ++i) a.push_back(pareto(rng, 1, 1.1)), b.push_back(pareto(rng, 1, 1.1));
    alarms += permutation_test(a, b).p <= 0.1;
  }
  CHECK(clopper_pearson(alarms, reps, 1e-6).low <= 0.1);
  CHECK(alarms > 0);
}

TEST_CASE("an empty group or an infinite value gives a status") {
  CHECK(permutation_test({}, std::vector{1.0}).status == TestStatus::NotEnoughData);
  CHECK(std::isnan(permutation_test(std::vector{1.0}, {}).p));
  CHECK(permutation_test(std::vector{1.0}, std::vector{kInfinity}).status == TestStatus::NotEnoughData);
}
