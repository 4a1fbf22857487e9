#include "experiment/bubble/projection.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("Vectors of a tilted plane are projected without loss and in order of variance") {
  // u and v are orthonormal; x spreads three times as wide as y.
  const std::vector<float> u{0.6F, 0.8F, 0, 0}, v{0, 0, 1, 0};
  std::vector<float> rows;
  Rng rng = stream(Seed{1}, Stream::Test, entity_key(1));
  std::vector<std::pair<double, double>> made;
  for (int i = 0; i < 200; ++i) {
    const double x = 3 * normal(rng), y = normal(rng);
    made.emplace_back(x, y);
    for (std::size_t k = 0; k < 4; ++k)
      rows.push_back(static_cast<float>(1 + x * static_cast<double>(u[k]) + y * static_cast<double>(v[k])));
  }
  const Projection plane(rows, 4);
  CHECK(plane.explained() == Approx(1).epsilon(1e-6));
  for (std::size_t i = 1; i < made.size(); ++i) {  // distances survive
    const MapPoint a = plane.at(std::span(rows).subspan(0, 4)), b = plane.at(std::span(rows).subspan(4 * i, 4));
    CHECK(std::hypot(a.x - b.x, a.y - b.y) ==
          Approx(std::hypot(made[0].first - made[i].first, made[0].second - made[i].second)).epsilon(1e-3));
  }
  double x2 = 0, y2 = 0, xy = 0;
  for (std::size_t i = 0; i < made.size(); ++i) {
    const MapPoint p = plane.at(std::span(rows).subspan(4 * i, 4));
    x2 += p.x * p.x, y2 += p.y * p.y, xy += p.x * p.y;
  }
  CHECK(x2 > 4 * y2);
  CHECK(std::abs(xy) < 1e-3 * x2);  // the axes are uncorrelated
}

TEST_CASE("The sign of a component is fixed: mirrored vectors mirror the map") {
  std::vector<float> rows, mirrored;
  Rng rng = stream(Seed{2}, Stream::Test, entity_key(1));
  for (int i = 0; i < 50; ++i)
    for (int k = 0; k < 5; ++k) {
      rows.push_back(static_cast<float>((5 - k) * normal(rng)));
      mirrored.push_back(-rows.back());
    }
  const Projection plane(rows, 5), other(mirrored, 5);
  for (std::size_t i = 0; i < 50; ++i) {
    const MapPoint p = plane.at(std::span(rows).subspan(5 * i, 5)), q = other.at(std::span(mirrored).subspan(5 * i, 5));
    CHECK(p.x == Approx(-q.x).margin(1e-5));
    CHECK(p.y == Approx(-q.y).margin(1e-5));
  }
  // The largest loading is positive: a step along it goes right.
  CHECK(plane.at(std::vector<float>{9, 0, 0, 0, 0}).x > plane.at(std::vector<float>{0, 0, 0, 0, 0}).x);
}

TEST_CASE("Vectors without variance, or of one dimension, leave axes of zeros") {
  const Projection none(std::vector<float>{1, 2, 1, 2, 1, 2}, 2);
  CHECK(std::isnan(none.explained()));
  CHECK(none.at(std::vector<float>{5, 6}) == MapPoint{0, 0});
  const Projection line(std::vector<float>{0, 0, 1, 1, 2, 2}, 2);
  CHECK(line.explained() == Approx(1));
  CHECK(line.at(std::vector<float>{3, 3}).y == 0);
  CHECK(std::isnan(Projection({}, 3).explained()));
  CHECK(Projection(std::vector<float>{1, 2, 3}, 1).at(std::vector<float>{4}).x == Approx(2));
}
