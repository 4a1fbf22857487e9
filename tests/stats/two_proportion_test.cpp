#include "stats/two_proportion.hpp"

#include <algorithm>
#include <cmath>

#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// The exact chance, over all pairs of counts, that `holds` is true of the counts.
template <class F>
double chance(std::int64_t n_a, double p_a, std::int64_t n_b, double p_b, F holds) {
  double sum = 0;
  for (std::int64_t x_a = 0; x_a <= n_a; ++x_a)
    for (std::int64_t x_b = 0; x_b <= n_b; ++x_b)
      if (holds(TwoProportions{x_a, n_a, x_b, n_b})) sum += binomial_mass(x_a, n_a, p_a) * binomial_mass(x_b, n_b, p_b);
  return sum;
}

double two_sided(const TwoProportions& t, DifferenceTest method, double null) {
  return difference_test(t, method, Alternative::TwoSided, null).p;
}

}  // namespace

TEST_CASE("the ends of the score interval are the differences that the score test just rejects") {
  for (const TwoProportions& t : {TwoProportions{5, 40, 11, 40}, {0, 50, 4, 50}, {45, 50, 50, 50}, {300, 100'000, 25, 7000}}) {
    const Interval ci = difference_interval(t, DifferenceInterval::Score, 0.05);
    for (const double end : {ci.low, ci.high}) CHECK(two_sided(t, DifferenceTest::Score, end) == Approx(0.05).epsilon(1e-6));
  }
}

TEST_CASE("the score test takes the variance at the likeliest rates with the difference of the null") {
  // The slope of the log-likelihood along p_b = p_a + null falls from + to -: its root by bisection.
  for (const TwoProportions& t : {TwoProportions{12, 80, 31, 120}, {8, 39, 18, 95}, {300, 100'000, 25, 7000}})
    for (const double null : {-0.2, -1e-4, 0.003, 0.25, 0.8}) {
      const auto n_a = static_cast<double>(t.n_a), n_b = static_cast<double>(t.n_b);
      const auto x_a = static_cast<double>(t.x_a), x_b = static_cast<double>(t.x_b);
      double low = std::max(0.0, -null), high = std::min(1.0, 1 - null);
      for (int step = 0; step < 200; ++step) {
        const double p = 0.5 * (low + high), q = p + null;
        (x_a / p - (n_a - x_a) / (1 - p) + x_b / q - (n_b - x_b) / (1 - q) > 0 ? low : high) = p;
      }
      const double q = low + null, v = low * (1 - low) / n_a + q * (1 - q) / n_b;
      const double n = n_a + n_b, z = (x_b / n_b - x_a / n_a - null) / std::sqrt(v * n / (n - 1));
      CAPTURE(t.n_a, null);
      CHECK(difference_test(t, DifferenceTest::Score, Alternative::Less, null).z == Approx(z).epsilon(1e-9));
      CHECK(difference_test(t, DifferenceTest::Score, Alternative::Less, null).p == Approx(normal_sf(-z)).epsilon(1e-6));
    }
}

TEST_CASE("the score ratio interval inverts a test that at a ratio of 1 is that of no difference") {
  const TwoProportions t{20, 200, 38, 200};
  const double p = two_sided(t, DifferenceTest::Score, 0);
  CHECK(ratio_interval(t, RatioInterval::Score, p).low == Approx(1).epsilon(1e-6));
  const Interval none = ratio_interval({0, 30, 4, 30}, RatioInterval::Score, 0.05);
  CHECK(none.low > 0);
  CHECK(none.high == kInfinity);
  CHECK(ratio_interval({4, 30, 0, 30}, RatioInterval::Score, 0.05).low == 0);
  CHECK(ratio_interval({4, 30, 0, 30}, RatioInterval::Score, 0.05).high == Approx(1 / none.low).epsilon(1e-6));
  CHECK(ratio_interval({0, 30, 0, 30}, RatioInterval::Score, 0.05).contains(1));
}

TEST_CASE("the intervals of every small table are defined and hold what was seen") {
  for (std::int64_t n_a = 1; n_a <= 6; ++n_a)
    for (std::int64_t n_b = 1; n_b <= 6; ++n_b)
      for (std::int64_t x_a = 0; x_a <= n_a; ++x_a)
        for (std::int64_t x_b = 0; x_b <= n_b; ++x_b) {
          const TwoProportions t{x_a, n_a, x_b, n_b};
          const double p_a = static_cast<double>(x_a) / static_cast<double>(n_a);
          const double p_b = static_cast<double>(x_b) / static_cast<double>(n_b);
          CAPTURE(x_a, n_a, x_b, n_b);
          const Interval score = difference_interval(t, DifferenceInterval::Score, 0.05);
          CHECK(score.contains(p_b - p_a));
          CHECK(score.low >= -1);
          CHECK(score.high <= 1);
          CHECK(score.low < score.high);
          CHECK(difference_interval(t, DifferenceInterval::Newcombe, 0.05).contains(p_b - p_a));
          const Interval ratio = ratio_interval(t, RatioInterval::Score, 0.05);
          CHECK(ratio.low < ratio.high);
          if (x_a > 0) CHECK(ratio.contains(p_b / p_a));
          CHECK(ratio.low == Approx(1 / ratio_interval({x_b, n_b, x_a, n_a}, RatioInterval::Score, 0.05).high).margin(1e-12));
        }
}

TEST_CASE("Newcombe's and the score interval cover small rates near their level where Wald's does not") {
  // Exact coverage at 20 units of 5 % against 20 of 20 %.
  const auto coverage = [](DifferenceInterval method) {
    return chance(20, 0.05, 20, 0.2,
                  [&](const TwoProportions& t) { return difference_interval(t, method, 0.05).contains(0.15); });
  };
  CHECK(coverage(DifferenceInterval::Score) == Approx(0.95).margin(0.02));
  CHECK(coverage(DifferenceInterval::Newcombe) == Approx(0.95).margin(0.02));
  CHECK(coverage(DifferenceInterval::AgrestiCaffo) == Approx(0.95).margin(0.03));
  CHECK(coverage(DifferenceInterval::Wald) < 0.92);
}

TEST_CASE("Fisher's test never rejects above its level and the pooled test does") {
  for (const double p : {0.02, 0.1, 0.35}) {
    CAPTURE(p);
    CHECK(chance(30, p, 45, p, [](const TwoProportions& t) { return fisher_exact_p(t) <= 0.05; }) <= 0.05);
  }
  CHECK(chance(8, 0.35, 25, 0.35, [](const TwoProportions& t) { return two_sided(t, DifferenceTest::Pooled, 0) <= 0.05; }) >
        0.05);
}

TEST_CASE("Fisher's p follows the tea-tasting table and keeps its digits") {
  CHECK(fisher_exact_p({1, 4, 3, 4}) == Approx(34.0 / 70));  // of 70 tables 16 + 1 as far on either side
  CHECK(fisher_exact_p({0, 4, 4, 4}) == Approx(2.0 / 70));
  double orders = 1;
  for (int i = 1; i <= 40; ++i) orders *= (40.0 + i) / i;
  CHECK(fisher_exact_p({0, 40, 40, 40}) == Approx(2 / orders).epsilon(1e-10));
  CHECK(fisher_exact_p({0, 9, 0, 7}) == 1);
  CHECK(fisher_exact_p({0, 0, 3, 7}) == 1);
}

TEST_CASE("the chi-square of a table is the square of the pooled z and Yates takes half a unit off") {
  const TwoProportions t{5, 40, 11, 40};
  const double z = difference_test(t, DifferenceTest::Pooled).z;
  CHECK(table_test(t).chi2 == Approx(z * z));
  CHECK(table_test(t, true).chi2 == Approx(2.5 * 2.5 * (2.0 / 8 + 2.0 / 32)));  // 8 hits and 32 misses are expected
  CHECK(table_test({5, 10, 6, 12}, true).p == 1);
}

TEST_CASE("odds and rate ratios of rare events agree and mirror when the groups are swapped") {
  const TwoProportions t{40, 100'000, 60, 100'000}, swapped{60, 100'000, 40, 100'000};
  const Interval odds = odds_interval(t, 0.05), ratio = ratio_interval(t, RatioInterval::Log, 0.05);
  CHECK(odds.low == Approx(ratio.low).epsilon(1e-3));
  CHECK(odds.low == Approx(1 / odds_interval(swapped, 0.05).high));
  CHECK(ratio.low == Approx(1 / ratio_interval(swapped, RatioInterval::Log, 0.05).high));
}

TEST_CASE("tables without variation or without units give a status and undefined ends") {
  using enum DifferenceTest;
  for (const DifferenceTest method : {Pooled, Wald, Score})
    CHECK(difference_test({0, 10, 0, 12}, method).status == TestStatus::ZeroVariance);
  CHECK(difference_test({0, 10, 0, 12}, AgrestiCaffo).status == TestStatus::Ok);
  CHECK(difference_test({0, 0, 3, 12}, Pooled).status == TestStatus::NotEnoughData);
  CHECK(std::isnan(difference_test({0, 0, 3, 12}, Score).p));
  CHECK(std::isnan(difference_interval({0, 0, 3, 12}, DifferenceInterval::Newcombe, 0.05).low));
  CHECK(std::isnan(odds_interval({0, 10, 3, 12}, 0.05).low));
  CHECK(std::isnan(ratio_interval({0, 10, 3, 12}, RatioInterval::Log, 0.05).high));
  CHECK(table_test({10, 10, 12, 12}).status == TestStatus::ZeroVariance);
  // Two groups of nothing may still differ by what their sizes cannot see.
  const Interval none = difference_interval({0, 100, 0, 120}, DifferenceInterval::Score, 0.05);
  CHECK(none.low == Approx(-3.84 / 104).epsilon(0.05));
  CHECK(none.high == Approx(3.84 / 124).epsilon(0.05));
  CHECK(difference_interval({0, 5, 5, 5}, DifferenceInterval::Score, 0.05).high == 1);
}
