#include "gui/history.hpp"

#include <chrono>

#include "experiment/run.hpp"
#include "tests/gui/screen.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;
using namespace std::chrono_literals;

namespace {

// A run of eight days whose naive p crosses alpha on day 3 alone.
void show_history(Screen& screen, const std::vector<double>& naive, const std::vector<double>& valid) {
  std::vector<std::shared_ptr<const Snapshot>> days;
  for (std::size_t d = 0; d < naive.size(); ++d) {
    auto s = sample_snapshot({.day = static_cast<double>(d + 1)});
    s->experiments[0].variants[1].units = 1000 + static_cast<std::int64_t>(d);
    s->experiments[0].effects[0].p = naive[d];
    s->experiments[0].effects[0].sequential.p = valid[d];
    days.push_back(s);
  }
  screen.show(days.back(), RunStatus::Paused);
  screen.app.state.run.days = days;
  screen.frames(2);
}

// Runs a scenario of scenarios/dashboard to its end on `screen`.
void run_on(Screen& screen, const std::string& name, const std::vector<std::string>& sets = {}) {
  const Scenario scenario = load_scenario(std::string(FEEDLOOP_SOURCE_DIR "/scenarios/dashboard/") + name + ".toml", sets);
  RunController controller([scenario](Observer& observer) { return run(scenario, {}, &observer); });
  controller.play();
  REQUIRE(controller.wait(300s));
  controller.rethrow();
  screen.snapshot = sync(screen.app.state, controller);
  screen.frames(2);
}

const std::vector<double> kNaive{0.4, 0.2, 0.03, 0.2, 0.3, 0.4, 0.3, 0.2}, kValid(8, 0.5);

}  // namespace

TEST_CASE("Check 12: the look at which only a single test would have stopped is red on the timeline and named") {
  Screen screen;
  show_history(screen, kNaive, kValid);
  CHECK(screen.at("timeline/look/3").value == "day 3: p = 0.030, where only a single test would have stopped");
  CHECK(screen.at("timeline/look/2").value == "day 2: p = 0.200");
  CHECK(
      screen.at("timeline/peeking").tooltip.starts_with("Look 3 (day 3): a single test said p = 0.030 and would have stopped"));
  CHECK(screen.at("live/peeking/naive").value.ends_with("At look 4 the single test no longer did"));
  const Image image = screen.backend.render();
  const Vec2 at = screen.at("timeline/look/3").rect.center();
  CHECK(image.at(static_cast<int>(at.x), static_cast<int>(at.y) - 1) == colors::kWorse);
}

TEST_CASE("Looks that both p agree on are no false alarm") {
  Screen screen;
  show_history(screen, std::vector<double>(8, 0.001), std::vector<double>(8, 0.002));
  CHECK(screen.find("timeline/peeking") == nullptr);
  CHECK(screen.at("live/peeking/naive").value == "Look 1 (day 1): a single test and the always-valid p both stop");
}

TEST_CASE("An opened run has the looks that its report kept") {
  Screen screen;
  auto s = sample_snapshot();
  s->looks = {{1, "two-tower", 0.2, 0.9, false}, {2, "two-tower", 0.03, 0.8, true}, {2, "another", 0.001, 0.8, true}};
  screen.show(s, RunStatus::Finished);
  const std::vector<LookSeen> looks = looks_seen(screen.app.state);
  REQUIRE(looks.size() == 2);
  CHECK(looks[1].stopped_early);
  CHECK(screen.at("live/peeking/naive").value.starts_with("Look 2 (day 2): a single test said p = 0.030"));
}

TEST_CASE("The arrow keys go back and forth in history, End follows the newest again") {
  Screen screen;
  show_history(screen, kNaive, kValid);
  CHECK(screen.at("live/table/B/units").value == "1,007");
  screen.press({keys::kLeft, false, true});
  REQUIRE(screen.app.state.review);
  CHECK(*screen.app.state.review == Approx(7));
  CHECK(screen.at("live/table/B/units").value == "1,006");
  CHECK(screen.at("banner/review/text").value == "Reviewing day 7.0: curves up to there, numbers as of the end of day 7");
  screen.press({keys::kLeft});
  CHECK(*screen.app.state.review == Approx(7 - 1.0 / 24));
  CHECK(screen.at("live/table/B/units").value == "1,005");
  CHECK(looks_seen(screen.app.state).size() == 6);
  screen.press({keys::kHome});
  CHECK(screen.at("live/table/B/units").value == "1,000");
  screen.press({keys::kEnd});
  screen.frames(1);
  CHECK_FALSE(screen.app.state.review);
  CHECK(screen.find("banner/review") == nullptr);
  screen.press({keys::kLeft, false, true});
  screen.press({keys::kRight, false, true});
  CHECK_FALSE(screen.app.state.review);
  screen.press({keys::kLeft});
  screen.press({keys::kEscape});
  CHECK_FALSE(screen.app.state.review);
}

TEST_CASE("Dragging along the timeline reviews the day under the pointer") {
  Screen screen;
  show_history(screen, kNaive, kValid);
  const Rect day2 = screen.at("timeline/look/2").rect;
  screen.backend.move_mouse(day2.center());
  screen.frames(2);
  screen.backend.press_mouse(true);
  screen.frames(2);
  screen.backend.press_mouse(false);
  screen.frames(2);
  REQUIRE(screen.app.state.review);
  CHECK(*screen.app.state.review == Approx(2).margin(0.05));
  CHECK(screen.find("banner/review/live") != nullptr);
  screen.click("banner/review/live");
  CHECK_FALSE(screen.app.state.review);
}

TEST_CASE("A look that is asked for stands beside the daily ones") {
  Screen screen;
  show_history(screen, kNaive, kValid);
  screen.press({'P'});
  const auto looks = looks_seen(screen.app.state);
  REQUIRE(looks.size() == 9);
  CHECK(looks.back().asked);
  CHECK(looks.back().naive_p == 0.2);
  screen.press({'R'});
  screen.press({'R'});
  CHECK(screen.app.state.looks_taken.empty());
}

TEST_CASE("Check 10: a broken assignment is called so, with its test, and its lift is not shown") {
  Screen screen;
  run_on(screen, "broken_assignment");
  CHECK(screen.at("live/assignment/state").value == "⚠ Sample ratio mismatch");
  const std::string test = screen.at("live/assignment/test").value;
  for (const char* part : {"χ² = ", "df 1", "p = "}) CHECK(test.find(part) != std::string::npos);
  CHECK(screen.at("live/table/B/lift").value == "not shown: SRM");
  CHECK(screen.at("live/table/B/verdict").value == "⚠ Do not trust");
}

TEST_CASE("Check 10 and 12: in an A/A test the assignment is healthy, and the look that would have stopped is red and named") {
  Screen screen;
  run_on(screen, "null_aa");
  CHECK(screen.at("live/assignment/state").value == "✓ Assignment is as planned");
  const std::vector<LookSeen> looks = looks_seen(screen.app.state);
  REQUIRE(looks.size() == 21);
  CHECK(looks[2].naive_p < 0.05);  // as the scenario says of its seed
  CHECK(looks[2].stopped_early);
  CHECK(looks.back().naive_p > 0.05);
  for (const LookSeen& look : looks) CHECK_FALSE(look.valid_stops);
  for (std::size_t i = 1; i < looks.size(); ++i)  // Check 11: it never rises
    CHECK((std::isnan(looks[i - 1].always_valid_p) || looks[i].always_valid_p <= looks[i - 1].always_valid_p));
  CHECK(screen.at("timeline/look/3").value.ends_with("where only a single test would have stopped"));
  CHECK(screen.at("timeline/peeking").tooltip.starts_with("Look 3 (day 3): a single test said p = 0.0"));
}

TEST_CASE("Check 10: of twenty users no assignment is judged") {
  Screen screen;
  run_on(screen, "broken_assignment", {"world.population.users=20", "days=1"});
  CHECK(screen.at("live/assignment/state").value == "◌ Not enough traffic yet");
}
