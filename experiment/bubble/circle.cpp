#include "experiment/bubble/circle.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace feedloop {
namespace {

constexpr int kSteps = 12;  // most; usually three or four settle it

float distance(MapPoint a, MapPoint b) { return std::hypot(a.x - b.x, a.y - b.y); }

}  // namespace

MapCircle holding_circle(std::span<const MapPoint> points, double share) {
  if (points.empty()) return {};
  const auto n = points.size();
  const auto held = std::clamp<std::size_t>(static_cast<std::size_t>(std::ceil(share * static_cast<double>(n) - 1e-9)), 1, n);
  std::vector<std::size_t> order(n);
  for (std::size_t i = 0; i < n; ++i) order[i] = i;
  std::size_t count = n;
  MapCircle circle;
  for (int step = 0; step < kSteps; ++step) {
    double x = 0, y = 0;
    for (std::size_t i = 0; i < count; ++i)
      x += static_cast<double>(points[order[i]].x), y += static_cast<double>(points[order[i]].y);
    const MapPoint centre{static_cast<float>(x / static_cast<double>(count)),
                          static_cast<float>(y / static_cast<double>(count))};
    if (step > 0 && centre == circle.centre) break;
    circle.centre = centre;
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
      const float da = distance(points[a], centre), db = distance(points[b], centre);
      return da != db ? da < db : a < b;
    });
    count = held;
    circle.radius = distance(points[order[held - 1]], centre);
  }
  for (const MapPoint p : points) circle.held += holds(circle, p);
  return circle;
}

bool holds(const MapCircle& circle, MapPoint point) { return distance(point, circle.centre) <= circle.radius; }

}  // namespace feedloop
