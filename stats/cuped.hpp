// CUPED: the effect on a metric less what a covariate of before the experiment already explained (Deng, Xu, Kohavi & Walker
// 2013, "Improving the sensitivity of online controlled experiments by utilizing pre-experiment data", control variates):
//
//   Y* = Y - theta (X - centre),   theta = Cov(Y, X) / Var(X),   Var(Y*) = Var(Y) (1 - rho^2)
//
// A ratio of sums is adjusted on its linearised units, (num - R den) / mean den, for the metric and for the covariate alike
// (Deng, Knoblich & Lu 2018, sec. 2). One theta for all variants, so that what is subtracted has one expectation; X must be
// fixed before the treatment can act. Pure functions of merged moments: no pass over units.
#pragma once

#include <span>

#include "stats/covariate_moments.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

// theta of means: the total co-moment over the total m2, all variants pooled. Of ratios: the sum over variants of the
// linearised units' covariances over that of their variances (each variant about its own ratio, each counting once).
// theta is 0, and the adjustment nothing, when the metric or the covariate does not vary. A variant of ratios with fewer than
// two units, or whose denominators add up to 0, adds nothing to theta.
struct CupedCoefficient {
  double theta = 0;
  double rho = kNaN;     // correlation of metric and covariate, pooled as theta is; NaN when theta is 0 for want of variation
  double centre = kNaN;  // the covariate's value over all variants
};
CupedCoefficient cuped_coefficient(std::span<const CovariateMoments> variants);
CupedCoefficient cuped_coefficient(std::span<const RatioCovariateMoments> variants);

struct Cuped {
  CupedCoefficient coefficient;  // as used: theta is 0 where one of the two variants has no value of the covariate
  // Welch's test on Y*. The lift is relative to the control's value BEFORE adjustment, which is what its variance is
  // differentiated by; its second step of the delta method takes treatment over control (means: as observed; ratios: adjusted).
  Comparison adjusted;
  Comparison unadjusted;           // the plain test, to be shown beside it
  double variance_removed = kNaN;  // 1 - (se adjusted / se unadjusted)^2, of the absolute effect; negative when it did harm
  Comparison balance;              // of the covariate between variants: a small p says that randomisation or X is broken
};
// Statuses are those of compare(): NotEnoughData when a group has fewer than two units or its denominators add up to 0;
// ZeroVariance also when the covariate explains everything. Requires: 0 < alpha < 1.
Cuped cuped(const CovariateMoments& control, const CovariateMoments& treatment, const CupedCoefficient& coefficient,
            double alpha);
Cuped cuped(const RatioCovariateMoments& control, const RatioCovariateMoments& treatment, const CupedCoefficient& coefficient,
            double alpha);
// With the coefficient of these two variants.
Cuped cuped(const CovariateMoments& control, const CovariateMoments& treatment, double alpha);
Cuped cuped(const RatioCovariateMoments& control, const RatioCovariateMoments& treatment, double alpha);

}  // namespace feedloop
