// Treatment against control: Welch's unequal-variance t test (Welch 1947) on estimates of a mean or of a ratio of sums.
// A ratio's variance is the delta method's (Deng, Knoblich & Lu 2018, "Applying the delta method in metric analytics", sec. 2):
// the unit of analysis is the unit of randomisation, whatever the denominator counts. With denominator 1 it is Welch exactly.
// Pure functions of merged moments; nothing throws, whatever the data.
#pragma once

#include <cstdint>
#include <string_view>

#include "stats/interval.hpp"
#include "stats/moments.hpp"

namespace feedloop {

enum class TestStatus : std::uint8_t {
  Ok,
  NotEnoughData,  // a group has fewer than two units, or its denominators add up to 0
  ZeroVariance,   // a group shows no variation at all: do not draw conclusions from what numbers there are
};
std::string_view to_string(TestStatus s);  // "ok", "not enough data", "zero variance"

// What one group says of a metric.
struct Estimate {
  std::int64_t n = 0;      // independent units behind it: users, or clusters
  double value = kNaN;     // NaN when the denominators add up to 0
  double variance = kNaN;  // of `value` (its squared standard error); NaN for fewer than two units
  TestStatus status = TestStatus::NotEnoughData;
};
Estimate ratio_estimate(const RatioMoments& m);                        // mean_num / mean_den
Estimate proportion_estimate(std::int64_t successes, std::int64_t n);  // variance p (1 - p) / n

enum class Alternative : std::uint8_t { TwoSided, Greater, Less };

// A test of `estimate` = null_value with its interval of level 1 - alpha. One-sided alternatives give half-open intervals.
// se = 0 gives t = +-infinity with p of 0 or 1 and an undefined interval, or all NaN when the estimate equals the null.
// df may be infinite (normal). Requires: 0 < alpha < 1.
struct TTest {
  double t = kNaN, p = kNaN;
  Interval ci;
};
TTest t_test(double estimate, double se, double df, double alpha, Alternative alternative = Alternative::TwoSided,
             double null_value = 0);

struct Comparison {
  TestStatus status = TestStatus::NotEnoughData;
  Estimate control, treatment;
  double alpha = kNaN;          // intervals have level 1 - alpha, two-sided
  double effect = kNaN;         // treatment - control; defined whenever both values are
  double se = kNaN, df = kNaN;  // df by Welch-Satterthwaite, at least min(n) - 1
  double t = kNaN, p = kNaN;    // two-sided p of effect = 0
  Interval ci;                  // of the effect
  // effect / |control|, by a second step of the delta method with the same df. NotEnoughData also when the control is 0.
  TestStatus lift_status = TestStatus::NotEnoughData;
  double lift = kNaN, lift_se = kNaN;
  Interval lift_ci;
};
// NotEnoughData: se, df, p and intervals are NaN. ZeroVariance in one group: the numbers are Welch's. In both: as t_test
// says of se = 0, df NaN.
Comparison compare(const Estimate& control, const Estimate& treatment, double alpha);
Comparison compare(const RatioMoments& control, const RatioMoments& treatment, double alpha);

// The error of the difference if one unit's variance is the same in both groups (Student 1908), for t_test: exact for normal
// data however small the groups, and what plans by Student's t assume (stats/power.hpp). Wrong where the variances differ and
// the sizes too; compare() does not need it. Of estimates of means or ratios. se is NaN with fewer than two units in a group,
// df with fewer than three in all.
struct PooledError {
  double se = kNaN, df = kNaN;
};
PooledError pooled_error(const Estimate& control, const Estimate& treatment);

}  // namespace feedloop
