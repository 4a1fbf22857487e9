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
    for (const char* policy : {"one", "two, \"quoted\"", "best fixed action", "best action of each round"}) {
      const bool truth = policy[0] == 'b';
      RegretCurve& c = (truth ? r.truth : r.curves).emplace_back();
      c.policy = policy;
      c.actions = 10;
      c.delay = delay;
      c.points = {{1, 0, {0, 0}}, {10, 2.5, {1, 4}}, {100, 12, {kNaN, kNaN}}};
      c.last = {11, 13};
      c.clicks = {0.1, 0.12};
      c.slope = 0.68;
      c.ratio = 1;
      if (truth && (delay == 1 || policy[5] == 'a')) c.points.back() = {100, 0, {0, 0}};
    }
  return r;
}

}  // namespace

TEST_CASE("the text names every case and policy once") {
  const std::string text = bandit_text(sample());
  for (const char* want : {"10 actions, clicks learned of at once", "10 actions, delay of 50 rounds", "one", "two, \"quoted\"",
                           "12.0", "0.68", "11.00 %"}) {
    INFO(want);
    CHECK(text.find(want) != std::string::npos);
  }
}

TEST_CASE("who knows the truth has a row and the best fixed action one of its own only where it falls short") {
  const std::string text = bandit_text(sample());
  const auto occurrences = [&](std::string_view what) {
    int n = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
    return n;
  };
  CHECK(occurrences("best action of each round ") == 2);
  CHECK(occurrences("best fixed action ") == 1);
  CHECK(occurrences("over the best") == 1);
  BanditReport batches = sample();
  batches.params.arrival = "batches";
  CHECK(bandit_text(batches).find("batches of 50 rounds") != std::string::npos);
}

TEST_CASE("the CSV has a line for each point and quotes names that need it") {
  const std::string csv = bandit_csv(sample());
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 6 * 3);
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
