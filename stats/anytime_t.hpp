// The t test of one coefficient of a regression, valid at any look (Lindon, Ham, Tingley & Bojinov 2022, "Anytime-valid linear
// models and regression adjusted causal inference in randomized experiments"). The coefficient, in units of the standard error
// that one observation gives it (se sqrt(n)), is mixed over N(0, 1 / g); the variance is integrated out. With normal errors the
// level holds from the first look on, however few the observations, as long as the balance of the regressors stays the same;
// otherwise it is asymptotic. In large samples it is the confidence sequence of rho = 1 / sqrt(g), which says how to choose g
// for a planned n.
#pragma once

namespace feedloop {

// n observations behind a t statistic with df = n - number of coefficients. Requires: g > 0, n > 0, df > 0 (whole or not).
struct AnytimeT {
  double n = 0, df = 0;
  double g = 0;

  // The logarithm of the e-value: its mean under no effect is at most 1 at every stop. NaN for NaN.
  // Bounded in t: a handful of observations cannot be certain.
  double log_e(double t) const;
  double p(double t) const;  // min(1, 1 / e)
  // Estimate -+ radius * se covers the coefficient at all looks at once with probability 1 - alpha. Infinity when there are too
  // few observations for any bound. Requires: 0 < alpha < 1.
  double radius(double alpha) const;
  double large_sample_radius(double alpha) const;  // as df grows
};

}  // namespace feedloop
