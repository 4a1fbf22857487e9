#include "report/bandit.hpp"

#include <algorithm>
#include <cmath>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

BanditReport sample() {
  BanditReport r;
  r.scenario = "a <b> & c";
  r.params.rounds = 100;
  r.params.seeds = 2;
  for (const std::int64_t delay : {1, 50})
    for (const char* policy : {"one", "two, \"quoted\""}) {
      RegretCurve& c = r.curves.emplace_back();
      c.policy = policy;
      c.actions = 10;
      c.delay = delay;
      c.points = {{1, 0, {0, 0}}, {10, 2.5, {1, 4}}, {100, 12, {kNaN, kNaN}}};
      c.last = {11, 13};
      c.clicks = {0.1, 0.12};
      c.slope = 0.68;
      c.ratio = 1;
    }
  return r;
}

}  // namespace

TEST_CASE("the text names every case and policy once") {
  const std::string text = bandit_text(sample());
  for (const char* want :
       {"10 actions, no delay", "10 actions, 50 rounds' delay", "one", "two, \"quoted\"", "12.0", "0.68", "11.00 %"}) {
    INFO(want);
    CHECK(text.find(want) != std::string::npos);
  }
}

TEST_CASE("the CSV has a line for each point and quotes names that need it") {
  const std::string csv = bandit_csv(sample());
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 4 * 3);
  CHECK(csv.find("10,1,1,one,10,2.5,1,4\n") != std::string::npos);
  CHECK(csv.find("10,50,1,\"two, \"\"quoted\"\"\",100,12,,\n") != std::string::npos);
}

TEST_CASE("the picture is closed and escapes names and has no undefined coordinate") {
  const std::string svg = bandit_svg(sample());
  CHECK(svg.starts_with("<svg"));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(svg.find("a &lt;b&gt; &amp; c") != std::string::npos);
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.find("inf") == std::string::npos);
  CHECK_NOTHROW(bandit_svg({}));
}
