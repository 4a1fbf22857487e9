#include "engine/index/k_means.hpp"

#include <cmath>
#include <limits>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// `groups` balls of radius about 0.1 at whole coordinates, taken in turn.
std::vector<float> balls(std::size_t n, std::size_t dims, std::size_t groups) {
  std::vector<float> v(n * dims);
  for (std::size_t r = 0; r < n; ++r) {
    Rng rng = stream(Seed{9}, Stream::Test, entity_key(r));
    for (std::size_t i = 0; i < dims; ++i)
      v[r * dims + i] = static_cast<float>(static_cast<double>((r % groups) * (i + 3) % 7) +
                                           0.1 * normal(rng) / std::sqrt(static_cast<double>(dims)));
  }
  return v;
}

}  // namespace

TEST_CASE("the nearest centroid is that of brute force and the same alone as in company") {
  for (const std::size_t count : {1, 5, 16, 37}) {
    const std::vector<float> x = balls(300, 11, 300), c = balls(count, 11, 50);
    const Centroids centroids(c, 11);
    std::vector<std::uint32_t> nearest(300);
    centroids.nearest({x.data(), 300, 11}, 0, nearest.data());
    for (std::size_t r = 0; r < 300; ++r) {
      std::uint32_t alone = 99;
      centroids.nearest({x.data() + r * 11, 1, 11}, 0, &alone);
      CHECK(nearest[r] == alone);
      const auto distance = [&](std::size_t at) {
        double sum = 0;
        for (std::size_t i = 0; i < 11; ++i) sum += std::pow(double{x[r * 11 + i]} - double{c[at * 11 + i]}, 2);
        return sum;
      };
      double least = distance(0);
      for (std::size_t at = 1; at < count; ++at) least = std::min(least, distance(at));
      CHECK(distance(nearest[r]) <= least + 1e-4);
    }
  }
}

TEST_CASE("of equally near centroids the first is taken") {
  const std::vector<float> c{5, 5, 1, 1, 5, 5, 1, 1}, x{1, 2, 6, 5};
  std::vector<std::uint32_t> nearest(2);
  Centroids(c, 2).nearest({x.data(), 2, 2}, 0, nearest.data());
  CHECK(nearest == std::vector<std::uint32_t>{1, 0});
}

TEST_CASE("k-means finds balls that lie apart and gives the same centroids on any number of threads") {
  const std::vector<float> x = balls(2000, 8, 5);
  const VectorRows rows{x.data(), 2000, 8};
  set_threads(1);
  const std::vector<float> centroids = k_means(rows, 20, 10);  // more than balls, so that each gets one
  std::vector<std::uint32_t> nearest(2000);
  Centroids(centroids, 8).nearest(rows, 0, nearest.data());
  set_threads(4);
  CHECK(k_means(rows, 20, 10) == centroids);
  set_threads(0);
  std::vector<std::size_t> ball_of(20, 99);
  for (std::size_t r = 0; r < 2000; ++r) {
    if (ball_of[nearest[r]] == 99) ball_of[nearest[r]] = r % 5;
    if (ball_of[nearest[r]] != r % 5) FAIL_CHECK("row " << r);
  }
}

TEST_CASE("k-means makes no more centroids than there are usable rows") {
  std::vector<float> x = balls(6, 4, 6);
  x[8] = x[9] = x[10] = x[11] = std::numeric_limits<float>::quiet_NaN();
  CHECK(k_means({x.data(), 6, 4}, 100, 3).size() == 5 * 4);
  CHECK(k_means({x.data() + 8, 1, 4}, 100, 3).empty());
}
