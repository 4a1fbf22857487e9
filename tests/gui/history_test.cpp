#include "gui/history.hpp"

#include <chrono>

#include "experiment/run.hpp"
#include "tests/gui/screen.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;
using namespace std::chrono_literals;

namespace {

// Daily looks at the headline of the one treatment.
EffectSeries looks_at(const std::vector<double>& naive, const std::vector<double>& valid) {
  EffectSeries s;
  s.variant = "two-tower";
  s.metric = "ctr";
  s.p = naive;
  s.always_valid_p = valid;
  for (std::size_t d = 0; d < naive.size(); ++d) {
    s.day.push_back(static_cast<double>(d + 1));
    for (auto* numbers : {&s.effect, &s.se, &s.always_valid_low, &s.always_valid_high, &s.of_day, &s.of_day_se, &s.log_e})
      numbers->push_back(0.001);
  }
  return s;
}

// A run of eight days whose naive p crosses alpha on day 3 alone.
void show_history(Screen& screen, const std::vector<double>& naive, const std::vector<double>& valid) {
  std::vector<std::shared_ptr<const Snapshot>> days;
  for (std::size_t d = 0; d < naive.size(); ++d) {
    auto s = sample_snapshot({.day = static_cast<double>(d + 1)});
    s->experiments[0].variants[1].units = 1000 + static_cast<std::int64_t>(d);
    s->experiments[0].effects[0].p = naive[d];
    s->experiments[0].effects[0].sequential.p = valid[d];
    const auto until = static_cast<std::ptrdiff_t>(d) + 1;
    s->experiments[0].effect_series = {
        looks_at({naive.begin(), naive.begin() + until}, {valid.begin(), valid.begin() + until})};
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

TEST_CASE("Looks are those of the newest result for the treatment in focus, in a run in motion and in one that was opened") {
  Screen screen;
  auto s = sample_snapshot({.variants = 3});
  EffectSeries first = looks_at({0.2, 0.03}, {0.9, 0.8}), second = looks_at({kNoValue, 0.001}, {kNoValue, 0.8});
  second.variant = s->experiments[0].variants[2].name;
  s->experiments[0].effect_series = {first, second};
  screen.show(s, RunStatus::Finished);
  std::vector<LookSeen> looks = looks_seen(screen.app.state);
  REQUIRE(looks.size() == 2);
  CHECK(looks[1].stopped_early);
  CHECK(screen.at("live/peeking/naive").value.starts_with("Look 2 (day 2): a single test said p = 0.030"));
  // Snapshots at the end of days change nothing: the newest knows all looks.
  screen.app.state.run.days = {sample_snapshot({.day = 1})};
  CHECK(looks_seen(screen.app.state).size() == 2);
  screen.app.state.focus = 2;
  looks = looks_seen(screen.app.state);
  REQUIRE(looks.size() == 2);
  CHECK(std::isnan(looks[0].naive_p));
  CHECK(looks[1].naive_p == 0.001);
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

TEST_CASE("What happened to a run stands on its timeline with its day and its words") {
  Screen screen;
  auto s = sample_snapshot();
  s->events = {{"ranking", "ramp", 1, kNoValue, "Ramp: 50 % of units from here"},
               {"another layer", "guardrail stop", 2, kNoValue, "Stopped by a guardrail"},
               {"", "outage", 3.25, 3.5, "Outage: the store of all variants is down"},
               {"ranking", "sample ratio mismatch", 6, kNoValue, "Sample ratio mismatch first seen"},
               {"ranking", "guardrail stop", 6, kNoValue, "Stopped by a guardrail: skips"}};
  screen.show(s, RunStatus::Paused);
  CHECK(screen.at("timeline/event/0").value == "Day 1.0: Ramp: 50 % of units from here");
  CHECK(screen.find("timeline/event/1") == nullptr);  // of a layer that is not shown
  CHECK(screen.at("timeline/event/2").value == "Day 3.2 to 3.5: Outage: the store of all variants is down");
  const Rect split = screen.at("timeline/event/3").rect, stop = screen.at("timeline/event/4").rect;
  CHECK(stop.center().x - split.center().x > 8);  // on one day, side by side
  screen.hover("timeline/event/3");
  CHECK(screen.at("timeline/event/3/tooltip/text").value == "Sample ratio mismatch first seen");
  CHECK(ui::layout_faults(screen.app.state.registry, screen.backend.window()) == std::vector<std::string>{});
  screen.app.state.review = 4;
  screen.frames(2);
  CHECK(screen.find("timeline/event/2") != nullptr);
  CHECK(screen.find("timeline/event/3") == nullptr);
}

TEST_CASE("What a finished run warns of is not told of a day before its end") {
  Screen screen;
  show_history(screen, kNaive, kValid);
  auto report = std::make_shared<Report>();
  report->warnings = {{"sample_ratio_mismatch", "Units do not split as planned."}};
  screen.app.state.run.report = report;
  screen.app.state.run.status = RunStatus::Finished;
  screen.frames(2);
  CHECK(screen.at("live/warnings/0").value == "Units do not split as planned.");
  screen.press({keys::kLeft, false, true});
  screen.frames(1);
  CHECK(screen.find("live/warnings/0") == nullptr);
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
  CHECK(looks[1].naive_p < 0.05);  // as the scenario says of its seed
  CHECK(looks[1].stopped_early);
  CHECK(looks.back().naive_p > 0.05);
  for (const LookSeen& look : looks) CHECK_FALSE(look.valid_stops);
  for (std::size_t i = 1; i < looks.size(); ++i)  // Check 11: it never rises
    CHECK((std::isnan(looks[i - 1].always_valid_p) || looks[i].always_valid_p <= looks[i - 1].always_valid_p));
  CHECK(screen.at("timeline/look/2").value.ends_with("where only a single test would have stopped"));
  CHECK(screen.at("timeline/peeking").tooltip.starts_with("Look 2 (day 2): a single test said p = 0.0"));
}

TEST_CASE("Check 10: of twenty users no assignment is judged") {
  Screen screen;
  run_on(screen, "broken_assignment", {"world.population.users=20", "days=1"});
  CHECK(screen.at("live/assignment/state").value == "◌ Not enough traffic yet");
}
