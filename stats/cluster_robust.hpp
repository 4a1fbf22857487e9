// The difference of means between treatment and control when units come in clusters (households, regions, or sessions of a
// user): ordinary least squares of y on 1 and the treatment, with sandwich errors over clusters. A cluster may lie in one
// variant (cluster-randomised) or have units in both. With s_g the sum of a cluster's residuals, each over its variant's size
// and with its sign:
//
//   CR0   sum_g s_g^2                                      Liang & Zeger 1986
//   CR1   CR0 G / (G - 1) (n - 1) / (n - 2)                 df G - 1
//   CR2   each variant's part of s_g over sqrt(1 - n_gd / n_d): unbiased under equal independent errors, with Satterthwaite's
//         degrees of freedom (Bell & McCaffrey 2002); the one to use with fewer than some fifty clusters
//
// A regression on one indicator makes every matrix of Bell and McCaffrey a function of two sizes and two sums per cluster, so
// the cost is linear in clusters and there is no pass over units.
#pragma once

#include <cstdint>
#include <span>

#include "stats/moments.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

// One cluster's units by variant, each a mean metric: numerators are y, denominators 1.
struct ClusterMoments {
  RatioMoments control, treatment;
};

struct ClusterRobust {
  // NotEnoughData: fewer than two clusters with units of a variant (errors NaN). ZeroVariance: all errors are 0.
  TestStatus status = TestStatus::NotEnoughData;
  std::int64_t units = 0, clusters = 0;       // clusters that have units
  double effect = kNaN;                       // NaN when a variant has no unit
  double se_independent = kNaN;               // what it would be without clusters, equal variances; for comparison only
  double cr0 = kNaN, cr1 = kNaN, cr2 = kNaN;  // standard errors
  double df_cr2 = kNaN;
  double design_effect = kNaN;  // CR0 over the heteroscedastic variance of independent units (HC0)
  double t = kNaN, p = kNaN;    // by CR2 and its df, two-sided
  Interval ci;
};
// Requires: 0 < alpha < 1.
ClusterRobust cluster_robust(std::span<const ClusterMoments> clusters, double alpha);

// Units that are clustered in two ways at once (by user and by item): V_1 + V_2 - V_12 of CR0, V_12 over the pairs of clusters
// (Cameron, Gelbach & Miller 2011). `first` and `second` group the same units one way each, `both` by their pairs.
struct TwoWayRobust {
  TestStatus status = TestStatus::NotEnoughData;  // as above, by the smaller number of clusters; also when the variance comes
                                                  // out negative, which few clusters can do: se is then NaN
  double effect = kNaN, se = kNaN;
};
// Requires: the groupings hold equally many units.
TwoWayRobust two_way_cluster_robust(std::span<const ClusterMoments> first, std::span<const ClusterMoments> second,
                                    std::span<const ClusterMoments> both);

}  // namespace feedloop
