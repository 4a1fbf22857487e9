// Two independent proportions: x_a successes of n_a in control, x_b of n_b in treatment, each unit counting once.
// stats/two_sample.hpp compares large groups; this is for the small and the rare, where the normal distribution of the
// difference fails. By default use the score test with the score or Newcombe's interval, and Fisher's test where a guarantee is
// needed. The other methods meet numbers made elsewhere.
#pragma once

#include <cstdint>

#include "stats/interval.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

// Requires, of all below: 0 <= x <= n in both groups.
struct TwoProportions {
  std::int64_t x_a = 0, n_a = 0, x_b = 0, n_b = 0;
};

enum class DifferenceTest : std::uint8_t {
  Pooled,        // variance of both groups together
  Wald,          // each group's own
  AgrestiCaffo,  // Wald's after a success and a miss are added to each group (Agresti & Caffo 2000)
  Score,         // that of the likeliest rates with this difference (Miettinen & Nurminen 1985, eq. 8; times N / (N - 1))
};
// z test of p_b - p_a = null_difference. ZeroVariance: no group varies, as the test sees it; z and p are NaN. NotEnoughData: a
// group is empty. Requires: -1 < null_difference < 1.
struct ProportionTest {
  TestStatus status = TestStatus::NotEnoughData;
  double z = kNaN, p = kNaN;
};
ProportionTest difference_test(const TwoProportions& t, DifferenceTest method, Alternative alternative = Alternative::TwoSided,
                               double null_difference = 0);

// Intervals of level 1 - alpha. NaN ends where a group is empty. Requires: 0 < alpha < 1.
enum class DifferenceInterval : std::uint8_t {
  Wald,          // no width where no group varies
  AgrestiCaffo,  // centred on the difference after a success and a miss are added to each group
  Newcombe,      // squares and adds the distances to the Wilson ends of the two (Newcombe 1998, method 10): closed form
  Score,         // all differences that the score test does not reject
};
Interval difference_interval(const TwoProportions& t, DifferenceInterval method, double alpha);

// Of p_b / p_a. Log: normal on the log scale (Katz et al. 1978); NaN ends without a success in a group. Score: all ratios that
// the score test does not reject (Miettinen & Nurminen 1985, eq. 9; times N / (N - 1)), in [0, infinity].
enum class RatioInterval : std::uint8_t { Log, Score };
Interval ratio_interval(const TwoProportions& t, RatioInterval method, double alpha);

// Of the odds ratio, normal on the log scale (Woolf 1955). NaN ends where a group has no success or no miss.
Interval odds_interval(const TwoProportions& t, double alpha);

// Pearson's chi-square of the table of two by two, with 1 degree of freedom; `yates` takes half a unit off each distance from
// what is expected (Yates 1934), which makes p too large. Status as difference_test.
struct TableTest {
  TestStatus status = TestStatus::NotEnoughData;
  double chi2 = kNaN, p = kNaN;
};
TableTest table_test(const TwoProportions& t, bool yates = false);

// Two-sided p of Fisher's exact test (Fisher 1935; Irwin 1935): the chance, all successes given, of the tables that are at most
// as likely as this one. Never rejects too often, whatever the counts. 1 where no group varies or one is empty. Time: the
// number of tables.
double fisher_exact_p(const TwoProportions& t);

}  // namespace feedloop
