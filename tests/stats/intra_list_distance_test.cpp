#include "stats/intra_list_distance.hpp"

#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Rows = std::vector<double>;

TEST_CASE("distances in a list are the mean over its pairs") {
  const Rows triangle{0, 0, 3, 0, 3, 4};
  CHECK(intra_list_distance(triangle, 2, Distance::Euclidean) == Approx((3 + 4 + 5) / 3.0).epsilon(1e-15));
  CHECK(intra_list_distance(triangle, 2, Distance::Cityblock) == Approx((3 + 4 + 7) / 3.0).epsilon(1e-15));
  CHECK(intra_list_distance(Rows{2, 0, 0, 5}, 2, Distance::Cosine) == Approx(1).epsilon(1e-15));
  CHECK(intra_list_distance(Rows{2, 0, -5, 0}, 2, Distance::Cosine) == Approx(2).epsilon(1e-15));
}

TEST_CASE("the mean cosine distance from the sum of unit vectors is that over all pairs") {
  Rng rng = stream({95}, Stream::Test, {});
  constexpr std::size_t kItems = 30, kDims = 7;
  Rows rows;
  for (std::size_t i = 0; i < kItems * kDims; ++i) rows.push_back(normal(rng) + 0.3);
  double sum = 0;
  for (std::size_t i = 0; i < kItems; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      double ab = 0, aa = 0, bb = 0;
      for (std::size_t d = 0; d < kDims; ++d) {
        const double a = rows[i * kDims + d], b = rows[j * kDims + d];
        ab += a * b, aa += a * a, bb += b * b;
      }
      sum += 1 - ab / std::sqrt(aa * bb);
    }
  CHECK(intra_list_distance(rows, kDims, Distance::Cosine) == Approx(sum / (kItems * (kItems - 1) / 2.0)).epsilon(1e-12));
}

TEST_CASE("one item or a vector without direction has no distance, and equal items have none between them") {
  for (const Distance d : {Distance::Cosine, Distance::Euclidean, Distance::Cityblock}) {
    CHECK(std::isnan(intra_list_distance(Rows{1, 2}, 2, d)));
    CHECK(std::isnan(intra_list_distance(Rows{}, 2, d)));
    const double equal = intra_list_distance(Rows{0.1, 0.7, 0.1, 0.7, 0.1, 0.7}, 2, d);
    CHECK(equal >= 0);
    CHECK(equal < 1e-15);
  }
  CHECK(std::isnan(intra_list_distance(Rows{0, 0, 1, 2}, 2, Distance::Cosine)));
  CHECK(intra_list_distance(Rows{0, 0, 3, 4}, 2, Distance::Euclidean) == 5);
}
