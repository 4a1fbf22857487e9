// Boundaries that grow as slowly as the law of the iterated logarithm allows, stitched together from lines over epochs of
// geometric length. They need no time at which to be narrowest, and lose to a mixture tuned for the right one.
#pragma once

#include <cstdint>

namespace feedloop {

// Howard, Ramdas, McAuliffe & Sekhon 2021, "Time-uniform, nonparametric, nonasymptotic confidence sequences", theorem 1 and eq.
// 10: for sums that are sub-gamma with scale c in intrinsic time V.
struct PolynomialStitching {
  double v_min = 1;  // the boundary is flat before this time
  double c = 0;      // 0 is sub-Gaussian
  double s = 1.4;    // how the error is shared among epochs: as 1 / k^s
  double eta = 2;    // growth of V over one epoch
};
// u with P(S_t >= u(V_t) at any t) <= alpha. Requires: v >= 0, v_min > 0, c >= 0, s > 1, eta > 1, 0 < alpha < 1.
double stitched_boundary(double v, double alpha, const PolynomialStitching& tuning);

// Howard & Ramdas 2022, "Sequential estimation of quantiles",
// theorem 2: P(sup over x |F_n(x) - F(x)| > margin at any n >= n_min) <= alpha, for an empirical distribution of n values;
// margin = A sqrt((log(1 + log(n / n_min)) + C) / n), where C makes the error alpha. Infinity below n_min.
// Requires: n_min >= 1, A > 1 / sqrt(2), 0 < alpha < 1.
double empirical_distribution_margin(std::int64_t n, double alpha, double n_min, double a = 0.85);

// The same paper, theorem 3: for all quantiles at once too, but narrower for those near 0 and 1. How far the count
// of values at or below the p-quantile can rise above n p at any n: divide by n for a margin of p; 1 - p in place of p bounds
// its fall. Requires: 0 < p < 1, n > 0, n_opt >= 1, delta > 0, s > 1, eta > 1, 0 < alpha < 1.
struct QuantileStitching {
  double n_opt = 100;  // the boundary is flat before this many values
  double delta = 0.5;  // spacing of the grid of quantiles, in logits
  double s = 1.4, eta = 2;
};
double quantile_count_boundary(double p, double n, double alpha, const QuantileStitching& tuning);

}  // namespace feedloop
