// How much of a metric's variance lies between clusters (households, regions), and what that costs a cluster-randomised
// experiment. From each cluster's own moments; no pass over units.
#pragma once

#include <cstdint>
#include <span>

#include "stats/moments.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

struct Intraclass {
  TestStatus status = TestStatus::NotEnoughData;
  std::int64_t units = 0, clusters = 0;
  double between = kNaN, within = kNaN;  // mean squares of the one-way analysis of variance
  double size = kNaN;         // n0 of Donner & Koval 1980: the mean size less its spread, (N - sum n^2 / N) / (G - 1)
  double anova = kNaN;        // intraclass correlation (between - within) / (between + (size - 1) within); may be < 0
  double f = kNaN, p = kNaN;  // between / within and its upper tail with G - 1 and N - G degrees of freedom
  double reml = kNaN;         // by restricted maximum likelihood of normal effects, in [0, 1): better when sizes differ
  // 1 + (m - 1) anova with m = sum n^2 / N (Kish 1965; Donner & Klar 2000): the factor on the variance of a mean, and so on the
  // units needed, when whole clusters are randomised.
  double design_effect = kNaN;
};
// Clusters without units are ignored. NotEnoughData below two clusters, or when no cluster has two units: mean squares that
// exist are given, the rest is NaN. ZeroVariance when nothing varies within clusters: f is infinite, both correlations are 1
// (NaN when nothing varies at all). Requires: mean metrics (denominators 1).
Intraclass intraclass(std::span<const RatioMoments> clusters);

}  // namespace feedloop
