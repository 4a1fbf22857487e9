#include "gui/soft_raster.hpp"

#include <set>

#include "tests/gui/screen.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;

namespace {

Image picture() {
  Screen screen;
  screen.show(sample_snapshot({.variants = 4}), RunStatus::Paused);
  screen.frames(2);
  return screen.backend.render();
}

int pixels_of(const Image& image, Color c) {
  int n = 0;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) n += image.at(x, y) == c;
  }
  return n;
}

}  // namespace

TEST_CASE("The same screen gives the same bytes twice") {
  const Image a = picture(), b = picture();
  CHECK(a.width == 1440);
  CHECK(a.height == 900);
  CHECK(a.rgba == b.rgba);
}

TEST_CASE("A picture is not blank and holds the palette's colours exactly") {
  const Image image = picture();
  std::set<std::uint32_t> distinct;
  for (std::size_t i = 0; i < image.rgba.size(); i += 4) {
    distinct.insert(static_cast<std::uint32_t>(image.rgba[i] << 16 | image.rgba[i + 1] << 8 | image.rgba[i + 2]));
    REQUIRE(image.rgba[i + 3] == 255);
  }
  CHECK(distinct.size() > 200);
  for (int i = 0; i < 4; ++i) CHECK(pixels_of(image, variant_color(i)) > 50);
  CHECK(pixels_of(image, colors::kPanel) > 200'000);
  CHECK(image.at(0, 899) == colors::kBackground);
}

TEST_CASE("A filled rectangle covers its pixels once and no others") {
  NullBackend backend(1040, 640, 1);
  ui::Registry registry;
  backend.frame([&] {
    ui::begin(registry, 0);
    paint::fill({100, 100, 140, 120}, colors::kText.fade(0.5));
    ui::end();
  });
  const Image image = backend.render();
  const Color inside = image.at(101, 101);
  CHECK(inside.r > colors::kBackground.r);
  CHECK(inside.r < colors::kText.r);
  // Two triangles share the diagonal; a pixel drawn twice would be brighter.
  for (int y = 100; y < 120; ++y) {
    for (int x = 100; x < 140; ++x) REQUIRE(image.at(x, y) == inside);
  }
  for (int x = 99; x < 141; ++x) {
    CHECK(image.at(x, 98) == colors::kBackground);
    CHECK(image.at(x, 121) == colors::kBackground);
  }
}
