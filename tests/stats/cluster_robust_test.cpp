#include "stats/cluster_robust.hpp"

#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// `count` clusters of each variant, units sharing a cluster's level.
std::vector<ClusterMoments> randomised(Rng& rng, int count, int size, double between) {
  std::vector<ClusterMoments> out(2 * static_cast<std::size_t>(count));
  for (std::size_t g = 0; g < out.size(); ++g) {
    const double level = between * normal(rng);
    for (int i = 0; i < size; ++i) (g % 2 == 0 ? out[g].control : out[g].treatment).add(level + normal(rng));
  }
  return out;
}

}  // namespace

TEST_CASE("clusters of one unit give Welch's error") {
  // CR2 is then HC2, which for two means is the sum of s^2 / n, and Satterthwaite under equal variances gives its df.
  RatioMoments a, b;
  std::vector<ClusterMoments> clusters;
  for (const double y : {1.0, 4.0, 2.0, 7.0, 3.0}) a.add(y), clusters.emplace_back().control.add(y);
  for (const double y : {2.0, 9.0, 5.0}) b.add(y), clusters.emplace_back().treatment.add(y);
  const ClusterRobust r = cluster_robust(clusters, 0.05);
  const Comparison welch = compare(a, b, 0.05);
  CHECK(r.effect == Approx(welch.effect));
  CHECK(r.cr2 == Approx(welch.se).epsilon(1e-12));
  const double va = 1.0 / 5, vb = 1.0 / 3;
  CHECK(r.df_cr2 == Approx((va + vb) * (va + vb) / (va * va / 4 + vb * vb / 2)));
  CHECK(r.design_effect == Approx(1));
}

TEST_CASE("clusters of equal size give the test on their means") {
  Rng rng = stream({81}, Stream::Test, entity_key(1));
  const auto clusters = randomised(rng, 6, 9, 1);
  RatioMoments a, b;
  for (const ClusterMoments& g : clusters) g.control.n > 0 ? a.add(g.control.mean_num) : b.add(g.treatment.mean_num);
  const ClusterRobust r = cluster_robust(clusters, 0.05);
  CHECK(r.clusters == 12);
  CHECK(r.units == 108);
  CHECK(r.cr2 == Approx(compare(a, b, 0.05).se).epsilon(1e-12));
  CHECK(r.df_cr2 == Approx(10));
  CHECK(r.p == Approx(t_two_sided_p(r.effect / r.cr2, 10)));
}

TEST_CASE("few clusters of unlike size keep the level that units and CR0 do not") {
  // 4000 A/A tests of ten clusters with 2 to 20 units. Exact binomial bounds at 1e-6; Satterthwaite is off by up to 1 % here.
  std::int64_t alarms = 0, by_units = 0, by_cr0 = 0;
  const std::int64_t reps = 4000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({82}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    std::vector<ClusterMoments> clusters(10);
    for (std::size_t g = 0; g < clusters.size(); ++g) {
      const double level = 0.5 * normal(rng);
      for (std::size_t i = 0; i < 2 + 2 * g; ++i)
        (g % 2 == 0 ? clusters[g].control : clusters[g].treatment).add(level + normal(rng));
    }
    const ClusterRobust r = cluster_robust(clusters, 0.05);
    alarms += r.p < 0.05;
    by_units += std::abs(r.effect) > 1.96 * r.se_independent;
    by_cr0 += std::abs(r.effect) > 1.96 * r.cr0;
  }
  const Interval rate = clopper_pearson(alarms, reps, 1e-6);
  CHECK(rate.low < 0.06);
  CHECK(rate.high > 0.04);
  CHECK(clopper_pearson(by_units, reps, 1e-6).low > 0.2);
  CHECK(clopper_pearson(by_cr0, reps, 1e-6).low > 0.08);
}

TEST_CASE("the errors of a cluster with units in both variants offset each other") {
  // Two units a cluster, one in each variant: CR0 is the paired test's error with n for n - 1.
  Rng rng = stream({83}, Stream::Test, entity_key(1));
  std::vector<ClusterMoments> clusters(12);
  RatioMoments differences;
  for (ClusterMoments& g : clusters) {
    const double level = 5 * normal(rng), y0 = level + normal(rng), y1 = level + 1 + normal(rng);
    g.control.add(y0);
    g.treatment.add(y1);
    differences.add(y1 - y0);
  }
  const ClusterRobust r = cluster_robust(clusters, 0.05);
  CHECK(r.effect == Approx(differences.mean_num));
  CHECK(r.cr0 == Approx(std::sqrt(differences.m2_num) / 12));
  CHECK(r.cr2 == Approx(std::sqrt(differences.variance_num() / 12)));
  CHECK(r.df_cr2 == Approx(11));
  CHECK(r.design_effect < 0.5);
}

TEST_CASE("two ways of clustering reduce to one when the other has none") {
  // Every unit its own cluster the second way: the pairs are the units too, and the first way's error remains.
  Rng rng = stream({84}, Stream::Test, entity_key(1));
  std::vector<ClusterMoments> by_user(8), by_unit;
  for (std::size_t i = 0; i < 40; ++i) {
    const double y = normal(rng) + static_cast<double>(i % 8);
    (i % 3 == 0 ? by_user[i % 8].control : by_user[i % 8].treatment).add(y);
    (i % 3 == 0 ? by_unit.emplace_back().control : by_unit.emplace_back().treatment).add(y);
  }
  const TwoWayRobust two = two_way_cluster_robust(by_user, by_unit, by_unit);
  const ClusterRobust one = cluster_robust(by_user, 0.05);
  CHECK(two.status == TestStatus::Ok);
  CHECK(two.effect == Approx(one.effect));
  CHECK(two.se == Approx(one.cr0).epsilon(1e-10));
}

TEST_CASE("a variant in one cluster has no error and constant clusters have zero variance") {
  std::vector<ClusterMoments> clusters(3);
  for (const double y : {1.0, 2.0}) clusters[0].control.add(y), clusters[1].control.add(y), clusters[2].treatment.add(y + 1);
  const ClusterRobust one = cluster_robust(clusters, 0.05);
  CHECK(one.status == TestStatus::NotEnoughData);
  CHECK(one.effect == Approx(1));
  CHECK(std::isnan(one.cr2));
  CHECK(std::isnan(one.p));
  CHECK(cluster_robust({}, 0.05).status == TestStatus::NotEnoughData);
  CHECK(two_way_cluster_robust({}, {}, {}).status == TestStatus::NotEnoughData);
  std::vector<ClusterMoments> flat(4);
  for (std::size_t g = 0; g < 4; ++g) (g < 2 ? flat[g].control : flat[g].treatment).add(3);
  CHECK(cluster_robust(flat, 0.05).status == TestStatus::ZeroVariance);
}
