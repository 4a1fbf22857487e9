#include "stats/moment_lanes.hpp"

#include <vector>

#include "base/distributions.hpp"
#include "base/random.hpp"
#include "stats/interval.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("each lane has to the bit the moments of its metric alone") {
  for (const std::size_t metrics : {std::size_t{1}, std::size_t{4}, std::size_t{7}}) {
    MomentLanes lanes(metrics);
    std::vector<RatioMoments> alone(metrics);
    REQUIRE(lanes.width() >= metrics);
    for (std::uint32_t u = 0; u < 500; ++u) {
      Rng rng = stream({11}, Stream::Test, entity_key(u, metrics));
      std::vector<double> num(lanes.width(), kNaN), den(lanes.width(), kNaN);
      for (std::size_t m = 0; m < metrics; ++m) {
        if (rng() % 3 == 0) continue;  // no value of this metric
        num[m] = 1e6 + normal(rng);
        den[m] = m % 2 == 0 ? 1 : rng.uniform();
        alone[m].add(num[m], den[m]);
      }
      lanes.add(num, den);
    }
    for (std::size_t m = 0; m < metrics; ++m) {
      const RatioMoments r = lanes[m];
      CHECK(r.n == alone[m].n);
      CHECK(r.mean_num == alone[m].mean_num);
      CHECK(r.mean_den == alone[m].mean_den);
      CHECK(r.m2_num == alone[m].m2_num);
      CHECK(r.m2_den == alone[m].m2_den);
      CHECK(r.c == alone[m].c);
    }
  }
}

TEST_CASE("a metric that no unit has a value of is the empty summary") {
  MomentLanes lanes(3);
  const std::vector<double> num{kNaN, 2, kNaN, kNaN}, den{kNaN, 1, 5, kNaN};
  lanes.add(num, den);
  CHECK(lanes[0].n == 0);
  CHECK(lanes[0].mean_num == 0);
  CHECK(lanes[1].n == 1);
  CHECK(lanes[1].mean_num == 2);
  CHECK(lanes[2].n == 0);
  CHECK(lanes[2].mean_den == 0);
}
