// Screen geometry in pixels, y down. A layout cuts strips off a rectangle until nothing is left, so parts cannot overlap.
#pragma once

#include <algorithm>

namespace feedloop {

struct Vec2 {
  float x = 0, y = 0;
  friend constexpr bool operator==(Vec2, Vec2) = default;
};

struct Rect {
  float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  friend constexpr bool operator==(const Rect&, const Rect&) = default;

  constexpr float width() const { return x1 - x0; }
  constexpr float height() const { return y1 - y0; }
  constexpr Vec2 center() const { return {(x0 + x1) / 2, (y0 + y1) / 2}; }
  constexpr bool contains(Vec2 p) const { return p.x >= x0 && p.x < x1 && p.y >= y0 && p.y < y1; }
  constexpr Rect inset(float dx, float dy) const { return {x0 + dx, y0 + dy, x1 - dx, y1 - dy}; }
  constexpr Rect inset(float d) const { return inset(d, d); }

  // Cut a strip off one side, at most what is there; the rest stays in *this.
  constexpr Rect cut_left(float w) {
    const Rect part{x0, y0, std::min(x0 + w, x1), y1};
    x0 = part.x1;
    return part;
  }
  constexpr Rect cut_right(float w) {
    const Rect part{std::max(x1 - w, x0), y0, x1, y1};
    x1 = part.x0;
    return part;
  }
  constexpr Rect cut_top(float h) {
    const Rect part{x0, y0, x1, std::min(y0 + h, y1)};
    y0 = part.y1;
    return part;
  }
  constexpr Rect cut_bottom(float h) {
    const Rect part{x0, std::max(y1 - h, y0), x1, y1};
    y1 = part.y0;
    return part;
  }
};

// True when the two share more than `slack` pixels in both directions.
constexpr bool overlap(const Rect& a, const Rect& b, float slack = 0.5F) {
  return std::min(a.x1, b.x1) - std::max(a.x0, b.x0) > slack && std::min(a.y1, b.y1) - std::max(a.y0, b.y0) > slack;
}

}  // namespace feedloop
