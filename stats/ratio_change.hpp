// How much a ratio of sums changed for the same units between two periods: R_1 - R_0 with R = sum num / sum den of each. Units
// are seen twice, so the variance is that of the difference by the delta method over their four sums (Deng, Knoblich & Lu 2018,
// sec. 2), with gradient
//
//   (1 / den_1, -R_1 / den_1, -1 / den_0, R_0 / den_0)      at the means
//
// compare() of two variants' changes is the difference in differences.
#pragma once

#include "stats/covariate_moments.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

// The metric less what it was before. NotEnoughData below two units, or when the denominators of a period add up to 0;
// ZeroVariance when every unit changed alike.
Estimate change_estimate(const RatioCovariateMoments& m);

}  // namespace feedloop
