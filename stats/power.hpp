// Planning a comparison of treatments with one control: the power of a size, the size for a power, and the smallest effect that
// a size detects, for a mean, a rate, or a ratio of sums. The test is that of the contrast of the null hypothesis
//
//   c = m_b - (1 + null_relative) m_a - null_absolute,        z = c / sqrt(v_b / n_b + (1 + null_relative)^2 v_a / n_a),
//
// so that a margin shifts the null inside the test instead of being taken off the effect. Power counts every rejection:
// two-sided, also those of the wrong sign, next to none of them for a power worth planning. A rate whose null is "no
// difference" is tested with the pooled variance (Fleiss, Levin & Paik 2003, "Statistical methods for rates and proportions",
// sec. 4.3), everything else with the variances of the alternative. `student` replaces the normal by the noncentral t with n -
// 2 degrees of freedom (Cohen 1988, "Statistical power analysis", ch. 2), exact for normal data of one variance: for few units
// or few clusters.
#pragma once

#include <cstdint>
#include <string_view>

#include "stats/interval.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

// What planning has to know of a metric. Variances are those of one unit of randomisation: for a ratio of sums the delta
// method's, n times the variance of the estimate.
struct PlannedMetric {
  double control = kNaN;  // the value without treatment
  double variance = kNaN;
  double treatment_variance = kNaN;  // NaN: the same as the control's
  bool rate = false;                 // a proportion of units: both variances follow from the two rates
};
PlannedMetric planned_mean(double control, double sd);
PlannedMetric planned_rate(double control);
PlannedMetric planned_metric(const Estimate& past);  // a mean or a ratio as past data show it

struct PlannedTest {
  double alpha = 0.05;  // of the whole experiment
  Alternative alternative = Alternative::TwoSided;
  int comparisons = 1;  // treatments, each compared with the control at alpha / comparisons (Bonferroni)
  double ratio = 1;     // units in a treatment for each in control
  // The null hypothesis. Non-inferiority by 1 % of a metric that should be high: null_relative = -0.01 and
  // Alternative::Greater.
  double null_absolute = 0, null_relative = 0;
  // Variance by clusters of equal size with that intra-cluster correlation (Kish 1965), and what a covariate of correlation rho
  // with the metric leaves of it (CUPED). Clusters are then the independent units that `student` counts.
  double cluster_size = 1, icc = 0, rho = 0;
  bool student = false;
};
double design_effect(double cluster_size, double icc);  // 1 + (cluster_size - 1) icc
double variance_left(double rho);                       // 1 - rho^2

enum class PlanStatus : std::uint8_t {
  Ok,
  InsideNull,  // the effect lies within the null hypothesis: no size can show it
  NotARate,    // a rate, or the rate it would become, is not strictly between 0 and 1
  NoVariance,  // variances must be positive and finite, the control's value finite
  TooFew,      // a group has fewer than two independent units
  TooLarge,    // no more than kLargestPlan units in all reach the power, or no effect that the metric can take does
};
std::string_view to_string(PlanStatus s);
constexpr double kLargestPlan = 1e12;  // units in control and all treatments; beyond any population

// Of all below - Requires: 0 < alpha < 1, comparisons >= 1, cluster_size >= 1, design effect > 0, -1 < rho < 1, ratio > 0 and
// finite; powers asked for lie strictly between alpha and 1. Effects are treatment - control, in the metric's units, and
// finite.

struct Power {
  PlanStatus status = PlanStatus::TooFew;
  double power = kNaN;  // if InsideNull, the chance of a false rejection; NaN for the other refusals
};
Power power_of(const PlannedMetric& metric, const PlannedTest& test, double effect, double control_units);

struct PlannedSize {
  PlanStatus status = PlanStatus::TooFew;
  double exact = kNaN;                      // control units before rounding up; NaN unless Ok
  std::int64_t control = 0, treatment = 0;  // units a group, rounded up to whole clusters; 0 unless Ok
  std::int64_t total = 0;                   // control and all treatments
  std::int64_t control_clusters = 0, treatment_clusters = 0;
};
// The smallest size that has the power, at least two independent units a group.
PlannedSize size_for(const PlannedMetric& metric, const PlannedTest& test, double effect, double power);

struct DetectableEffect {
  PlanStatus status = PlanStatus::TooFew;
  double effect = kNaN;  // NaN unless Ok
  double lift = kNaN;    // effect / |control|; NaN when the control is 0
};
// The smallest effect on the alternative's side of the null (above it, two-sided) that the size detects with the power. Where a
// margin is easily met it lies on the other side of 0: the loss that would still pass.
DetectableEffect detectable_effect(const PlannedMetric& metric, const PlannedTest& test, double control_units, double power);

// Lehr 1992, "Sixteen s-squared over d-squared": units a group for 80 % power at 5 % two-sided, to be done in the head.
double rule_of_sixteen(double variance, double effect);

// Cohen 1988, ch. 6: 2 asin sqrt(p_b) - 2 asin sqrt(p_a), the difference of two rates on the scale where one unit has variance
// 1 whatever its rate. Requires: rates in [0, 1].
double arcsine_effect(double control_rate, double treatment_rate);

}  // namespace feedloop
