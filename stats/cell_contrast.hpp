// A contrast between the means of several groups of units, sum_c w_c mean_c. Two experiments that run at once make four cells:
// weights (1, -1, -1, 1) over (neither, first, second, both) ask whether they interact, (-1/2, 1/2, -1/2, 1/2) for the first
// one's effect averaged evenly over the second. The same numbers as least squares with all interactions, from merged moments
// alone.
#pragma once

#include <cstdint>
#include <span>

#include "stats/two_sample.hpp"

namespace feedloop {

struct CellContrast {
  TestStatus status = TestStatus::NotEnoughData;  // a cell of weight has fewer than two units, or its denominators add up to 0
  std::int64_t n = 0;                             // units in all cells
  double estimate = kNaN;                         // defined when every cell of weight has a value
  double se = kNaN, df = kNaN;                    // sum w^2 s^2 / n (HC2 of the regression), df by Welch-Satterthwaite
  double t = kNaN, p = kNaN;                      // two-sided
  Interval ci;
};
// Cells of any mean or ratio metric. Cells of weight 0 are ignored. ZeroVariance: the contrast has no error.
// Requires: as many weights as cells, finite; 0 < alpha < 1.
CellContrast cell_contrast(std::span<const RatioMoments> cells, std::span<const double> weights, double alpha);

// Four cells in the order (neither, first alone, second alone, both).
CellContrast interaction(std::span<const RatioMoments, 4> cells, double alpha);

// The other errors of the regression on all cells, for comparison. Mean metrics only. NaN below one residual degree of freedom
// or, where a cell has one unit, for HC2 and HC3.
struct SaturatedErrors {
  std::int64_t df = 0;  // units - cells
  double r_squared = kNaN;
  double classical = kNaN;  // one variance for all cells
  double hc0 = kNaN, hc1 = kNaN, hc2 = kNaN, hc3 = kNaN;
};
// Requires: as above.
SaturatedErrors saturated_errors(std::span<const RatioMoments> cells, std::span<const double> weights);

}  // namespace feedloop
