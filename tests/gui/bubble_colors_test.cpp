#include "gui/bubble_colors.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

int apart(Color a, Color b) { return std::abs(a.r - b.r) + std::abs(a.g - b.g) + std::abs(a.b - b.b); }

}  // namespace

TEST_CASE("Categories are muted, unlike each other, and never a variant's colour") {
  for (std::size_t c = 0; c < 12; ++c) {
    const Color k = category_color(c);
    CHECK(std::max({k.r, k.g, k.b}) - std::min({k.r, k.g, k.b}) < 90);
    for (int v = 0; v < kVariantColors; ++v) CHECK(apart(k, variant_color(v)) > 40);
    for (std::size_t d = 0; d < c && c < 8; ++d) CHECK(apart(k, category_color(d)) > 12);
  }
}

TEST_CASE("Heat brightens with exposure, and a difference is grey where there is none") {
  double before = 0;
  for (int i = 0; i <= 10; ++i) {
    const double now = contrast(heat_color(i / 10.0), rgb(0));
    CHECK(now > before);
    before = now;
  }
  const Color none = difference_color(0);
  CHECK(std::max({none.r, none.g, none.b}) - std::min({none.r, none.g, none.b}) < 30);
  CHECK(difference_color(-1).b > difference_color(-1).r);
  CHECK(difference_color(1).r > difference_color(1).b);
  CHECK(heat_color(2) == heat_color(1));
  CHECK(heat_color(-1) == heat_color(0));
}
