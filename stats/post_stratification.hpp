// The effect averaged over strata of units known before the experiment (tiers of past activity, countries): each stratum's
// values weighted by its share of all units, whichever variant they fell to. Removes what variance lies between strata, and the
// bias of a split that differs between them (Miratrix, Sekhon & Yu 2013, "Adjusting treatment effect estimates by
// post-stratification in randomized experiments"). The shares are themselves a sample, so
//
//   Var = sum_k w_k^2 g' V_k g + (1 / N) sum_k w_k (g . m_k - mean)^2
//
// with m_k the stratum's means, V_k their covariance and g the gradient of the estimate. A ratio is that of the averaged
// numerator over the averaged denominator. Pure functions of moments per stratum and variant: no pass over units.
#pragma once

#include <cstdint>
#include <span>

#include "stats/covariate_moments.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

struct Stratum {
  RatioMoments control, treatment;
};
struct CovariateStratum {
  CovariateMoments control, treatment;
};

struct PostStratified {
  // As compare() gives it, but that control and treatment share the errors of the weights, so that se^2 is not the sum of their
  // variances. df by Satterthwaite over the strata's variances, the weights' part having infinitely many; one stratum gives
  // Welch's.
  Comparison comparison;
  int strata = 0;                   // that were averaged over
  std::int64_t units_left_out = 0;  // in strata where a variant has fewer than two units: the average is over the others
};
// NotEnoughData when no stratum is left, or when the denominators of a variant add up to 0. A stratum may be constant;
// ZeroVariance when the estimate has no error at all. Requires: 0 < alpha < 1.
PostStratified post_stratify(std::span<const Stratum> strata, double alpha);
// Within each stratum a mean is adjusted by its covariate with one slope for both variants (analysis of covariance, equal
// residual variances), at the stratum's mean covariate. A covariate that is constant in a stratum adjusts nothing there.
PostStratified post_stratify(std::span<const CovariateStratum> strata, double alpha);

}  // namespace feedloop
