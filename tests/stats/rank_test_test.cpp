#include "stats/rank_test.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("u counts the pairs in which the treatment is larger, ties as halves") {
  const RankTest t = rank_sum_test(std::vector{1.0, 2.0, 3.0}, std::vector{2.0, 5.0});
  CHECK(t.status == TestStatus::Ok);
  CHECK(t.u == 4.5);
  CHECK(t.superiority == 0.75);
  CHECK(std::isnan(t.p_exact));  // there is a tie
}

TEST_CASE("the exact p counts all splits of the ranks") {
  const std::vector<double> a{1, 4, 5, 2}, b{3, 6, 7};
  const double seen = std::abs(rank_sum_test(a, b).u - 6);
  int far = 0, all = 0;
  std::vector<int> of_b{0, 0, 0, 0, 1, 1, 1};
  do {
    double u = 0;
    for (std::size_t i = 0; i < 7; ++i)
      for (std::size_t j = 0; j < i; ++j) u += of_b[i] > of_b[j];
    far += std::abs(u - 6) >= seen;
    ++all;
  } while (std::next_permutation(of_b.begin(), of_b.end()));
  CHECK(all == 35);
  CHECK(rank_sum_test(a, b).p_exact == Approx(static_cast<double>(far) / all));
}

TEST_CASE("the rank test of equal groups alarms at its level and outliers do not move it") {
  // 5000 tests of 30 against 40 values with many ties; exact binomial bounds at 1e-6, widened by 0.5 % for the normal limit.
  std::int64_t alarms = 0;
  const std::int64_t reps = 5000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({75}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    std::vector<double> a, b;
    for (int i = 0; i < 30; ++i) a.push_back(poisson(rng, 2));
    for (int i = 0; i < 40; ++i) b.push_back(poisson(rng, 2));
    alarms += rank_sum_test(a, b).p < 0.05;
  }
  const Interval seen = clopper_pearson(alarms, reps, 1e-6);
  CHECK(seen.low < 0.055);
  CHECK(seen.high > 0.045);
  const std::vector<double> a{1, 2, 3, 4}, b{5, 6, 7}, far{5, 6, 7e9};
  CHECK(rank_sum_test(a, b).p == rank_sum_test(a, far).p);
}

TEST_CASE("the exact p and the limit with the continuity correction meet at large sizes") {
  Rng rng = stream({77}, Stream::Test, entity_key(0));
  std::vector<double> a, b;
  for (int i = 0; i < 90; ++i) a.push_back(normal(rng)), b.push_back(0.3 + normal(rng));
  const RankTest t = rank_sum_test(a, b);
  CHECK(t.p_exact == Approx(t.p_continuity).epsilon(0.05));
  CHECK(t.p < t.p_continuity);
}

TEST_CASE("groups without order give a status") {
  CHECK(rank_sum_test({}, std::vector{1.0}).status == TestStatus::NotEnoughData);
  CHECK(rank_sum_test(std::vector{kNaN}, std::vector{1.0}).status == TestStatus::NotEnoughData);
  const RankTest equal = rank_sum_test(std::vector{2.0, 2.0}, std::vector{2.0});
  CHECK(equal.status == TestStatus::ZeroVariance);
  CHECK(equal.superiority == 0.5);
  CHECK(std::isnan(equal.p));
}
