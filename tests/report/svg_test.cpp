#include "report/svg.hpp"

#include <algorithm>
#include <cmath>

#include "report/page.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("ticks are round numbers inside the scale and at most seven") {
  for (const double span : {1e-9, 0.003, 0.7, 1.0, 5.0, 14.0, 99.0, 1e6})
    for (const double low : {0.0, -0.4 * span, 3.3 * span}) {
      const Scale scale{low, low + span, 0, 500};
      const double step = nice_step(span);
      const auto at = ticks(scale);
      INFO(span << " from " << low);
      CHECK(at.size() >= 2);
      CHECK(at.size() <= 7);
      for (const double v : at) {
        CHECK(std::abs(v / step - std::round(v / step)) < 1e-6);
        CHECK(v >= low - 1e-6 * span);
        CHECK(v <= low + (1 + 1e-6) * span);
        CHECK_FALSE((v == 0 && std::signbit(v)));
      }
    }
}

TEST_CASE("a bent scale keeps order and sides and its ticks stand apart") {
  const Scale scale{-0.9, 5.0, 100, 600, 0.1};
  CHECK(scale(-0.9) == Approx(100));
  CHECK(scale(5.0) == Approx(600));
  CHECK(scale(7.0) == scale(5.0));  // what lies beyond is drawn at the end
  for (double v = -0.9; v < 4.9; v += 0.1) CHECK(scale(v) < scale(v + 0.1));
  CHECK(scale(0.02) - scale(0.01) == Approx(scale(0.01) - scale(0.0)).epsilon(0.02));  // about linear near zero
  const auto at = ticks(scale, 50);
  CHECK(std::count(at.begin(), at.end(), 0.0) == 1);
  for (std::size_t i = 1; i < at.size(); ++i) CHECK(scale(at[i]) - scale(at[i - 1]) >= 50);
}

TEST_CASE("a band breaks where the interval is unknown and the line goes on") {
  const std::vector<BandPoint> points{{0, 1, kNaN, kNaN}, {1, 2, 1, 3}, {2, 2, 1, 3},
                                      {3, 2, kNaN, kNaN}, {4, 2, 1, 3}, {5, 2, 1, 3}};
  const std::string svg = banded_line(points, {0, 5, 0, 50}, {0, 4, 40, 0}, {"#000", "none"});
  const auto bands = [&] {
    int n = 0;
    for (std::size_t at = 0; (at = svg.find("fill-opacity", at)) != std::string::npos; ++at) ++n;
    return n;
  }();
  CHECK(bands == 2);
  CHECK(svg.find("d='M0.0 30.0L10.0 20.0L20.0 20.0L30.0 20.0L40.0 20.0L50.0 20.0'") != std::string::npos);
  CHECK(svg.find("nan") == std::string::npos);
  const std::string lone = banded_line(std::span(points).subspan(0, 2), {0, 5, 0, 50}, {0, 4, 40, 0}, {"#000", "none"});
  CHECK(lone.find("M10.0 30.0V10.0") != std::string::npos);  // an interval alone is a bar
}

TEST_CASE("outer intervals are two dotted lines that break where they are unknown or leave the picture") {
  const std::vector<BandPoint> points{{0, 1}, {1, 2, 1, 3, {0, kInfinity}}, {2, 2, 1, 3, {0, 3}}, {3, 2}, {4, 2, 1, 3, {1, 3}}};
  const std::string svg = banded_line(points, {0, 5, 0, 50}, {0, 4, 40, 0}, {"#000", "none"});
  CHECK(
      svg.find("d='M10.0 40.0L20.0 40.0M40.0 30.0' fill='none' stroke='#000' stroke-width='1.2' stroke-dasharray='1.5 2.5'") !=
      std::string::npos);
  CHECK(svg.find("d='M20.0 10.0M40.0 10.0'") != std::string::npos);
  CHECK(svg.find("inf") == std::string::npos);
}

TEST_CASE("a picture has its title and words escaped") {
  const std::string svg = picture(10, 20, "a <b>", "c & d\n", "<g/>");
  CHECK(svg == "<svg viewBox='0 0 10 20' role='img'>\n<title>a &lt;b&gt;</title>\n<desc>c &amp; d" + escaped(clean("\n")) +
                   "</desc>\n<g/></svg>\n");
}

TEST_CASE("an interval without an end leaves the picture as an arrow") {
  const Scale x{-1, 1, 0, 100};
  const std::string row = forest_row({0.5, {0.2, 0.8}, {-kInfinity, kInfinity}}, x, 10, "#000");
  CHECK(row.find("M0.0 10.0H100.0") != std::string::npos);
  CHECK(row.find("M5.0 6.0L0.0 10.0L5.0 14.0") != std::string::npos);
  CHECK(row.find("cx='75.0'") != std::string::npos);
  CHECK(row.find("inf") == std::string::npos);
  CHECK(forest_row({}, x, 10, "#000").empty());
}

TEST_CASE("text and attributes are escaped") {
  CHECK(escaped("a <b> & \"c\"") == "a &lt;b&gt; &amp; \"c\"");
  CHECK(escaped_attribute("<'&\">") == "&lt;&#39;&amp;&quot;&gt;");
}
