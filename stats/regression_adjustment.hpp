// The effect on a mean adjusted by several covariates known before the experiment (activity, country, a model's prediction), by
// least squares from merged moments of (x_1, ..., x_k, y) per variant:
//
//   Common      y ~ 1 + d + x                      analysis of covariance; one slope for both variants
//   ByVariant   y ~ 1 + d + xc + d xc              Lin 2013, "Agnostic notes on regression adjustments to experimental data":
//                                                  xc is centred at its mean over both variants; never worse than no adjustment
//                                                  in large samples, whatever the split
//
// The estimate, the classical error and the one with each variant's own residual variance need no pass over units. Errors that
// allow for any heteroscedasticity (White 1980; HC1-3 of MacKinnon & White 1985) need residuals: one more pass, whose sums
// merge too. Errors hold the covariates fixed, as least squares does.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "stats/two_sample.hpp"
#include "stats/vector_moments.hpp"

namespace feedloop {

enum class Slopes : std::uint8_t { Common, ByVariant };
enum class RobustKind : std::uint8_t { Hc0, Hc1, Hc2, Hc3 };

// What the pass over units adds up: squared contributions to the estimate's error. Plain sums of positive numbers.
struct RobustSums {
  std::int64_t n = 0;
  double hc0 = 0, hc2 = 0, hc3 = 0;
  RobustSums merged(const RobustSums& other) const;
};

class RegressionAdjustment {
 public:
  // Requires: both of one size >= 1; the last component is y.
  RegressionAdjustment(const VectorMoments& control, const VectorMoments& treatment, Slopes slopes);

  // NotEnoughData, with every number but n NaN: no more units (of a variant, for its own slopes) than coefficients, or
  // covariates that are constant or collinear (drop one). ZeroVariance: the residuals are 0.
  TestStatus status() const { return status_; }
  std::int64_t n() const { return variant_[0].n + variant_[1].n; }
  int coefficients() const { return coefficients_; }  // of the regression, intercept included
  double df() const { return df_; }                   // n - coefficients
  double effect() const { return effect_; }
  double se() const { return se_; }  // equal residual variances
  // Each variant's residual variance by its own n - 1 - k; NaN where that is not positive. Close to HC2 in large samples: the
  // default where there is no second pass.
  double se_by_variant() const { return se_by_variant_; }
  double r_squared() const { return r_squared_; }  // of the regression; NaN when y does not vary
  double variance_removed() const;                 // 1 - (se_by_variant / se of the plain difference)^2
  // With slopes by variant: a variant's mean of y carried to the covariates' mean over both, with its own residual variance.
  // The two are independent given the covariates, so that compare() of them tests effect() with se_by_variant(), and gives the
  // lift over the adjusted control. NotEnoughData also with one slope for both, where they are not.
  const Estimate& adjusted(bool treated) const { return adjusted_[treated]; }

  // The second pass: every unit that was in the moments, once, in any parts. `unit` is (x_1, ..., x_k, y).
  // Requires: status() is not NotEnoughData.
  void add(RobustSums& sums, bool treated, std::span<const double> unit) const;
  // NaN when the sums are not of all units, and for HC2 and HC3 when one unit decides a coefficient alone (leverage 1).
  double se(const RobustSums& sums, RobustKind kind) const;

 private:
  struct Variant {
    std::int64_t n = 0;
    std::vector<double> mean;         // of x and y
    std::vector<double> slope;        // of y on x
    std::vector<double> inverse;      // of the sums of products behind the slope, k x k
    std::vector<double> extrapolate;  // the slope of a unit's weight in the effect on its covariates
  };
  std::size_t k_;
  Variant variant_[2];
  Estimate adjusted_[2];
  TestStatus status_ = TestStatus::NotEnoughData;
  int coefficients_;
  double df_, effect_, se_, se_by_variant_, r_squared_, plain_variance_;
};

}  // namespace feedloop
