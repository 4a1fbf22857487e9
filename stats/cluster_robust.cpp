#include "stats/cluster_robust.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.hpp"

namespace feedloop {
namespace {

struct Totals {
  RatioMoments variant[2];               // control, treatment
  std::int64_t clusters = 0, with[2]{};  // that have units, of a variant
  bool enough() const { return with[0] >= 2 && with[1] >= 2; }
};

const RatioMoments& part(const ClusterMoments& g, int variant) { return variant == 0 ? g.control : g.treatment; }

Totals totals_of(std::span<const ClusterMoments> clusters) {
  Totals out;
  for (const ClusterMoments& g : clusters) {
    out.clusters += g.control.n + g.treatment.n > 0;
    for (const int d : {0, 1}) {
      out.with[d] += part(g, d).n > 0;
      out.variant[d] = out.variant[d].merged(part(g, d));
    }
  }
  return out;
}

// Of one variant's units in a cluster: the sum of their residuals over the variant's size, with its sign.
double score(const ClusterMoments& g, const Totals& all, int d) {
  const RatioMoments &here = part(g, d), &total = all.variant[d];
  if (here.n == 0) return 0;
  return (d == 1 ? 1.0 : -1.0) * static_cast<double>(here.n) * (here.mean_num - total.mean_num) / static_cast<double>(total.n);
}

double cr0_variance(std::span<const ClusterMoments> clusters, const Totals& all) {
  double sum = 0;
  for (const ClusterMoments& g : clusters) {
    const double s = score(g, all, 0) + score(g, all, 1);
    sum += s * s;
  }
  return sum;
}

}  // namespace

ClusterRobust cluster_robust(std::span<const ClusterMoments> clusters, double alpha) {
  ClusterRobust out;
  const Totals all = totals_of(clusters);
  const RatioMoments &a = all.variant[0], &b = all.variant[1];
  out.units = a.n + b.n;
  out.clusters = all.clusters;
  if (a.n == 0 || b.n == 0) return out;
  out.effect = b.mean_num - a.mean_num;
  if (!all.enough()) return out;

  const double na = static_cast<double>(a.n), nb = static_cast<double>(b.n), n = na + nb;
  const double count = static_cast<double>(out.clusters);
  const double cr0 = cr0_variance(clusters, all);
  const double hc0 = a.m2_num / na / na + b.m2_num / nb / nb;
  out.se_independent = std::sqrt((a.m2_num + b.m2_num) / (n - 2) * (1 / na + 1 / nb));
  out.cr0 = std::sqrt(cr0);
  out.cr1 = std::sqrt(cr0 * count / (count - 1) * (n - 1) / (n - 2));
  if (hc0 > 0) out.design_effect = cr0 / hc0;

  // The df are those of the quadratic form with matrix P = D - B B', D diagonal and B of two columns: its trace squared over
  // the sum of its squared entries.
  double cr2 = 0, trace = 0, squares = 0;
  std::array<double, 3> cross{};  // B'B
  for (const ClusterMoments& g : clusters) {
    double s = 0, diagonal = 0;
    std::array<double, 2> column{};
    for (const int d : {0, 1}) {
      const double here = static_cast<double>(part(g, d).n), total = static_cast<double>(all.variant[d].n);
      const double left = 1 - here / total;  // positive: two clusters have units of each variant
      s += score(g, all, d) / std::sqrt(left);
      diagonal += here / (total * total * left);
      column[static_cast<std::size_t>(d)] = here / std::sqrt(left) / std::pow(total, 1.5);
    }
    cr2 += s * s;
    const double length = column[0] * column[0] + column[1] * column[1];
    trace += diagonal - length;
    squares += diagonal * diagonal - 2 * diagonal * length;
    cross[0] += column[0] * column[0];
    cross[1] += column[1] * column[1];
    cross[2] += column[0] * column[1];
  }
  squares += cross[0] * cross[0] + cross[1] * cross[1] + 2 * cross[2] * cross[2];
  out.cr2 = std::sqrt(cr2);
  out.df_cr2 = trace * trace / squares;
  out.status = out.cr2 > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  const TTest test = t_test(out.effect, out.cr2, out.df_cr2, alpha);
  out.t = test.t;
  out.p = test.p;
  out.ci = test.ci;
  return out;
}

TwoWayRobust two_way_cluster_robust(std::span<const ClusterMoments> first, std::span<const ClusterMoments> second,
                                    std::span<const ClusterMoments> both) {
  TwoWayRobust out;
  const Totals one = totals_of(first), other = totals_of(second), pairs = totals_of(both);
  for (const int d : {0, 1})
    FEEDLOOP_CHECK(one.variant[d].n == other.variant[d].n && one.variant[d].n == pairs.variant[d].n,
                   "groupings of different units");
  if (one.variant[0].n == 0 || one.variant[1].n == 0) return out;
  out.effect = one.variant[1].mean_num - one.variant[0].mean_num;
  if (!one.enough() || !other.enough()) return out;
  const double v = cr0_variance(first, one) + cr0_variance(second, other) - cr0_variance(both, pairs);
  if (v < 0) return out;
  out.se = std::sqrt(v);
  out.status = v > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  return out;
}

}  // namespace feedloop
