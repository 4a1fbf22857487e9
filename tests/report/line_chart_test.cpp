#include "report/line_chart.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

LineChart two_lines() {
  return {.title = "t",
          .x_label = "day",
          .lines = {{0, {{0, 10}, {1, 12, 11, 13}, {2, kNaN}}, "control: 12"}, {1, {{0, 20}, {2, 22}}, "some: 22"}},
          .x = {0, 2}};
}

}  // namespace

TEST_CASE("lines are told apart by letter and dashes and told in words") {
  const std::string svg = line_chart(two_lines());
  CHECK_THAT(svg, Contains("<desc>control: 12; some: 22</desc>"));
  CHECK_THAT(svg, Contains(">A</text>") && Contains(">B</text>"));
  CHECK_THAT(svg, Contains("stroke-dasharray='none'") && Contains("stroke-dasharray='7 3'"));
  CHECK_THAT(svg, Contains(">day</text>"));
  CHECK_THAT(svg, !Contains("nan"));
}

TEST_CASE("letters of lines that end together are pushed apart") {
  LineChart chart = two_lines();
  chart.lines[1].points.back().y = 12;
  const std::string svg = line_chart(chart);
  std::vector<double> at;
  for (const char* mark : {">A<", ">B<"}) {
    const std::size_t end = svg.find(mark), y = svg.rfind("y='", end);
    REQUIRE(end != std::string::npos);
    at.push_back(std::stod(svg.substr(y + 3)));
  }
  CHECK(std::abs(at[0] - at[1]) >= 12);
}

TEST_CASE("a wide outer interval does not flatten the line") {
  LineChart narrow = two_lines(), wide = two_lines();
  narrow.lines[1].points[1].outer = {15, 29};
  wide.lines[1].points[1].outer = {-1e9, 1e9};
  const auto ticks_of = [](const std::string& svg) { return svg.substr(0, svg.find("stroke-dasharray")); };
  CHECK_THAT(ticks_of(line_chart(wide)), Contains(">10</text>") && !Contains("000,000"));
  CHECK_THAT(line_chart(wide), !Contains("stroke-dasharray='1.5 2.5'"));  // it is nowhere in the picture
  CHECK_THAT(line_chart(narrow), Contains("stroke-dasharray='1.5 2.5'"));
}

TEST_CASE("nothing to draw says that there are not enough data") {
  LineChart chart = two_lines();
  for (ChartLine& line : chart.lines) line.points = {{0, kNaN}, {1, kNaN}};
  CHECK_THAT(line_chart(chart), Contains(">not enough data</text>") && Contains("<desc>Not enough data.</desc>"));
  chart.lines.clear();
  CHECK_THAT(line_chart(chart), Contains(">not enough data</text>"));
}

TEST_CASE("a line to compare with is drawn where it is in sight") {
  LineChart chart = two_lines();
  chart.at = {15};
  CHECK_THAT(line_chart(chart), Contains("class='z'"));
  chart.at = {-100};
  CHECK_THAT(line_chart(chart), !Contains("class='z'"));
  chart.y = {0, 2};
  chart.diagonal = true;
  CHECK_THAT(line_chart(chart), Contains("class='z' stroke-dasharray='4 4'"));
}
