#include "stats/intraclass.hpp"

#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<RatioMoments> clusters_of(Rng& rng, int count, int smallest, int spread, double between) {
  std::vector<RatioMoments> out(static_cast<std::size_t>(count));
  for (RatioMoments& g : out) {
    const double level = between * normal(rng);
    const int size = smallest + (spread > 0 ? static_cast<int>(uniform_below(rng, static_cast<std::uint32_t>(spread))) : 0);
    for (int i = 0; i < size; ++i) g.add(level + normal(rng));
  }
  return out;
}

}  // namespace

TEST_CASE("mean squares of three small clusters follow by hand") {
  std::vector<RatioMoments> g(3);
  for (const double y : {1.0, 3.0}) g[0].add(y);
  for (const double y : {4.0, 6.0}) g[1].add(y);
  for (const double y : {8.0, 8.0}) g[2].add(y);
  const Intraclass r = intraclass(g);  // means 2, 5, 8; within 2, 2, 0
  CHECK(r.between == Approx(18));
  CHECK(r.within == Approx(4.0 / 3));
  CHECK(r.size == Approx(2));
  CHECK(r.anova == Approx((18 - 4.0 / 3) / (18 + 4.0 / 3)));
  CHECK(r.f == Approx(13.5));
  CHECK(r.p == Approx(std::pow(1 + 2 * 13.5 / 3, -1.5)));  // the tail of F with 2 and 3 degrees of freedom
  CHECK(r.design_effect == Approx(1 + r.anova));
  CHECK(r.reml == Approx(r.anova).epsilon(1e-6));  // they agree when sizes are equal
}

TEST_CASE("both correlations find the share of variance between clusters") {
  // 600 clusters, correlation 0.2: each estimate is within 0.02 of it with one sd of about 0.014; 0.09 is over six.
  Rng rng = stream({91}, Stream::Test, entity_key(1));
  const Intraclass r = intraclass(clusters_of(rng, 600, 2, 12, 0.5));
  CHECK(r.anova == Approx(0.2).margin(0.09));
  CHECK(r.reml == Approx(0.2).margin(0.09));
}

TEST_CASE("the design effect is what clusters do to the variance of a mean") {
  // Var of a mean of clusters of 5 over that of independent units, 3000 samples: known to sqrt(2 / 3000) = 2.6 %; 16 % is six.
  RatioMoments means, deff, total;
  for (std::uint64_t rep = 0; rep < 3000; ++rep) {
    Rng rng = stream({92}, Stream::Test, entity_key(rep));
    RatioMoments all;
    const auto g = clusters_of(rng, 20, 5, 0, 0.7);
    for (const RatioMoments& m : g) all = all.merged(m);
    means.add(all.mean_num);
    total.add(1.49 / 100);
    deff.add(1 + 4 * intraclass(g).anova);
  }
  CHECK(deff.mean_num == Approx(means.variance_num() / total.mean_num).epsilon(0.16));
}

TEST_CASE("clusters that do not differ have no correlation by likelihood and may have a negative one by mean squares") {
  std::vector<RatioMoments> g(4);
  for (RatioMoments& m : g)
    for (const double y : {1.0, 2.0, 3.0}) m.add(y);
  const Intraclass r = intraclass(g);
  CHECK(r.anova == Approx(-0.5));
  CHECK(r.reml == 0);
  CHECK(r.p == 1);
}

TEST_CASE("one cluster, clusters of one, and clusters without variation are named") {
  CHECK(intraclass({}).status == TestStatus::NotEnoughData);
  std::vector<RatioMoments> g(3);
  for (std::size_t i = 0; i < 3; ++i) g[i].add(static_cast<double>(i));
  const Intraclass singles = intraclass(g);
  CHECK(singles.status == TestStatus::NotEnoughData);
  CHECK(singles.between == Approx(1));
  CHECK(std::isnan(singles.anova));
  for (std::size_t i = 0; i < 3; ++i) g[i].add(static_cast<double>(i));
  const Intraclass flat = intraclass(g);
  CHECK(flat.status == TestStatus::ZeroVariance);
  CHECK(flat.anova == 1);
  CHECK(flat.reml == 1);
  CHECK(flat.p == 0);
  for (RatioMoments& m : g) m = g[0];
  CHECK(std::isnan(intraclass(g).anova));
}
