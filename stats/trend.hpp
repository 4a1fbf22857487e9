// Does an effect change from period to period (novelty wears off, primacy grows)? Periods are numbered 0, 1, 2, …; their
// estimates must be independent: each user is counted in one period, or the variances are too small and the tests alarm too
// often.
#pragma once

#include <cstdint>
#include <span>

#include "stats/interval.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

// Weighted least squares of effect ~ intercept + slope * period with weights 1 / variance, the variances taken as known
// (Cochran 1954: the trend part of heterogeneity): z is normal whatever the scatter around the line. NotEnoughData below two
// periods, or with a variance that is not positive and finite or an effect that is not finite: numbers are NaN.
struct LinearTrend {
  TestStatus status = TestStatus::NotEnoughData;
  double slope = kNaN, se = kNaN, z = kNaN, p = kNaN;  // two-sided p of slope = 0
  double intercept = kNaN;                             // the line at period 0
  double excess_chi2 = kNaN, excess_p = kNaN;  // scatter around the line beyond the variances, periods - 2 df; NaN below 3
};
LinearTrend linear_trend(std::span<const double> effect, std::span<const double> variance);  // Requires: as many of both

// Kendall 1938: tau-b of the effects with their order, which any monotone change moves and one odd period does not. p
// two-sided: exact (counting permutations by their inversions) without ties up to 100 periods, else the normal limit with
// Kendall's correction for ties. NotEnoughData below two periods, with all effects equal, or with a NaN: numbers are NaN.
struct MonotoneTrend {
  TestStatus status = TestStatus::NotEnoughData;
  double tau = kNaN, p = kNaN;
  double theil_sen = kNaN;  // the median of the slopes of all pairs (Theil 1950; Sen 1968)
};
MonotoneTrend monotone_trend(std::span<const double> effect);

}  // namespace feedloop
