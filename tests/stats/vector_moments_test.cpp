#include "stats/vector_moments.hpp"

#include <array>
#include <cmath>

#include "base/distributions.hpp"
#include "stats/moments.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("vector moments in parts give those of pairs") {
  Rng rng = stream({3}, Stream::Test, entity_key(1));
  RatioMoments pairs;
  VectorMoments one(2), parts[3]{VectorMoments(2), VectorMoments(2), VectorMoments(2)};
  for (int i = 0; i < 500; ++i) {
    const double x = 1e6 + normal(rng), y = 0.4 * x + normal(rng);
    pairs.add(x, y);
    one.add(std::array{x, y});
    parts[i % 3].add(std::array{x, y});
  }
  parts[0].merge(parts[1]);
  parts[0].merge(parts[2]);
  for (const VectorMoments& m : {one, parts[0]}) {
    CHECK(m.n == 500);
    CHECK(m.mean[1] == Approx(pairs.mean_den).epsilon(1e-14));
    CHECK(m.products[0] == Approx(pairs.m2_num).epsilon(1e-7));
    CHECK(m.products[2] == Approx(pairs.c).epsilon(1e-7));
    CHECK(m.variance_of_mean(std::array{1.0, 0.0}) == Approx(pairs.variance_num() / 500).epsilon(1e-7));
  }
  VectorMoments few(2);
  few.add(std::array{1.0, 2.0});
  CHECK(std::isnan(few.variance_of_mean(std::array{1.0, 0.0})));
}
