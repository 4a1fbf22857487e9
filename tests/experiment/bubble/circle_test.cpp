#include "experiment/bubble/circle.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("The circle holds at least nine tenths of the points, whatever they are") {
  Rng rng = stream(Seed{3}, Stream::Test, entity_key(1));
  for (const std::size_t n : {1, 2, 3, 9, 10, 11, 200}) {
    std::vector<MapPoint> points;
    for (std::size_t i = 0; i < n; ++i)
      points.push_back({static_cast<float>(normal(rng)), static_cast<float>(i % 7 == 0 ? 5 * normal(rng) : normal(rng))});
    const MapCircle c = holding_circle(points, 0.9);
    std::size_t inside = 0;
    for (const MapPoint p : points) inside += holds(c, p);
    INFO(n);
    CHECK(static_cast<double>(inside) >= 0.9 * static_cast<double>(n));
    CHECK(static_cast<std::size_t>(c.held) == inside);
  }
}

TEST_CASE("A tenth that lies far away does not pull the circle along") {
  std::vector<MapPoint> points;
  for (int i = 0; i < 90; ++i)
    points.push_back({std::cos(static_cast<float>(i)) * 0.1F, std::sin(static_cast<float>(i)) * 0.1F});
  for (int i = 0; i < 10; ++i) points.push_back({10, 10});
  const MapCircle c = holding_circle(points, 0.9);
  CHECK(c.radius < 0.11F);
  CHECK(std::hypot(c.centre.x, c.centre.y) < 0.01F);
  CHECK(c.held == 90);
}

TEST_CASE("No points give no circle, and equal points one of radius 0") {
  CHECK(std::isnan(holding_circle({}, 0.9).radius));
  CHECK_FALSE(holds(holding_circle({}, 0.9), {0, 0}));
  const MapCircle c = holding_circle(std::vector<MapPoint>(20, MapPoint{0.5F, -0.25F}), 0.9);
  CHECK(c.radius == 0);
  CHECK(c.held == 20);
  CHECK(c.centre == MapPoint{0.5F, -0.25F});
}
