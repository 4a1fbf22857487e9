// Does one group tend to larger values than the other? The rank-sum test (Wilcoxon 1945; Mann & Whitney 1947), which no outlier
// moves. It speaks of P(b > a), not of means: a treatment may raise one and lower the other.
#pragma once

#include <span>

#include "stats/interval.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

struct RankTest {
  TestStatus status = TestStatus::NotEnoughData;  // also ZeroVariance: all values are equal; p is NaN
  double u = kNaN;                                // pairs in which b is larger, ties as halves
  double superiority = kNaN;                      // u / pairs: P(b > a) + P(b = a) / 2
  // Two-sided. The normal limit has the variance corrected for ties (Lehmann 1975, sec. 1.4), without and with the correction
  // for continuity; exact where no values tie and there are at most 10^4 pairs, else NaN.
  double p = kNaN, p_continuity = kNaN, p_exact = kNaN;
};
// NotEnoughData with an empty group, or with a NaN.
RankTest rank_sum_test(std::span<const double> a, std::span<const double> b);

}  // namespace feedloop
