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

TEST_CASE("raw sums of vectors enter as the moments of their units") {
  // (1, 2), (2, 0), (3, 4): means 2 and 2, deviations (-1, 0), (0, -2), (1, 2).
  const VectorMoments m = centred(3, std::array{6.0, 6.0}, std::array{14.0, 0.0, 14.0, 20.0});
  CHECK(m.mean[0] == Approx(2));
  CHECK(m.products[0] == Approx(2));
  CHECK(m.products[2] == Approx(2));
  CHECK(m.products[3] == Approx(8));
  CHECK(centred(3, std::array{0.3}, std::array{0.03}).products[0] == 0);  // rounding only
  CHECK(centred(0, std::array{0.0}, std::array{0.0}).n == 0);
}
