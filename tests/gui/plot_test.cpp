#include "gui/plot.hpp"

#include <cmath>

#include "gui/axes.hpp"
#include "tests/gui/screen.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;

TEST_CASE("Spread labels never overlap and keep their order and stay inside") {
  for (const auto& wanted : {std::vector<float>{10, 11, 12, 13}, {0, 0, 0}, {98, 99, 100}, {5, 50, 51, 99}}) {
    const std::vector<float> at = spread_labels(wanted, 14, 0, 100);
    for (std::size_t i = 1; i < at.size(); ++i) CHECK(at[i] - at[i - 1] >= 14 - 1e-3F);
    CHECK(at.front() >= -1e-3F);
    CHECK(at.back() <= 100 + 1e-3F);
  }
  CHECK(spread_labels({20, 60}, 14, 0, 100) == std::vector<float>{20, 60});
}

TEST_CASE("Decimation keeps each pixel column's extremes in order") {
  std::vector<Vec2> points;
  for (int i = 0; i < 50'000; ++i) points.push_back({static_cast<float>(i) * 0.01F, std::sin(static_cast<float>(i))});
  const std::vector<Vec2> kept = decimate(points);
  CHECK(kept.size() <= 1002);
  for (std::size_t i = 1; i < kept.size(); ++i) CHECK(kept[i].x >= kept[i - 1].x);
  float low = 0, high = 0;
  for (const Vec2& p : points) {
    if (std::floor(p.x) != 123) continue;
    low = std::min(low, p.y);
    high = std::max(high, p.y);
  }
  bool has_low = false, has_high = false;
  for (const Vec2& p : kept) {
    if (std::floor(p.x) != 123) continue;
    has_low |= p.y == low;
    has_high |= p.y == high;
  }
  CHECK(has_low);
  CHECK(has_high);
}

TEST_CASE("Ticks of a log axis are 1, 2 and 5 times powers of ten where there is room, else powers of ten") {
  CHECK(log_ticks(0.04, 1.3, 8) == std::vector<double>{0.05, 0.1, 0.2, 0.5, 1});
  CHECK(log_ticks(0.04, 1.3, 4) == std::vector<double>{0.1, 1});
  CHECK(log_ticks(1e-9, 1, 5).size() <= 5);
  CHECK(log_ticks(0, 1, 5).empty());
  CHECK(log_tick_text(0.05) == "0.05");
  CHECK(log_tick_text(5e-3) == "5e-3");
  CHECK(log_tick_text(1e-3) == "1e-3");
  CHECK(log_tick_text(2e4) == "2e4");
  CHECK(log_tick_text(1000) == "1000");
}

TEST_CASE("Line end letters stay within a letter's height of their line or in its order") {
  Screen screen;
  screen.show(sample_snapshot({.variants = 6, .day = 14}), RunStatus::Finished);
  const auto s = sample_snapshot({.variants = 6, .day = 14});
  std::vector<std::pair<float, float>> ends;  // value, y on the screen
  for (int i = 0; i < 6; ++i) {
    const ui::Element& e = screen.at(std::string("live/ctr/area/end/") + variant_letter(i));
    CHECK(e.value == std::string(1, variant_letter(i)));
    ends.emplace_back(s->live[static_cast<std::size_t>(i)].value.back(), e.rect.center().y);
  }
  std::sort(ends.begin(), ends.end());
  for (std::size_t i = 1; i < ends.size(); ++i) CHECK(ends[i].second < ends[i - 1].second);
}
