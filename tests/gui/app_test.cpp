#include "gui/app.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "gui/format.hpp"
#include "gui/views.hpp"
#include "tests/gui/check_layout.hpp"
#include "tests/gui/screen.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;
using namespace std::chrono_literals;

TEST_CASE("Before the start the screen says how to start") {
  Screen screen;
  screen.show(nullptr, RunStatus::Idle);
  CHECK(screen.at("live/ctr/area/ghost").value == "No events yet. Press Space to start");
  CHECK(screen.at("live/table/empty").value.starts_with("◌"));
  CHECK(screen.at("top/play").value == "Play");
  CHECK(screen.at("top/play").enabled);
  CHECK(screen.at("top/day").value == "day 0.0 / 14");
  CHECK(screen.at("top/seed").value == "seed 42");
}

TEST_CASE("The play button and Space each toggle the run") {
  Screen screen;
  RunController controller(sample_work(1000, 200us));
  REQUIRE(screen.follow(controller, [&] { return screen.find("top/play") != nullptr; }));
  screen.click("top/play");
  REQUIRE(screen.follow(controller, [&] { return screen.app.state.run.status == RunStatus::Running; }));
  CHECK(screen.at("top/play").value == "Pause");
  screen.press({keys::kSpace});
  REQUIRE(screen.follow(controller, [&] { return screen.app.state.run.status == RunStatus::Paused; }));
  CHECK(screen.at("top/play").value == "Play");
  const double day = screen.app.state.run.snapshot->experiment_day;
  screen.follow(controller, [n = 0]() mutable { return ++n == 30; });
  CHECK(screen.app.state.run.snapshot->experiment_day == day);
}

TEST_CASE("Ten quick presses of Space in one frame are ten toggles") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Paused);
  for (int i = 0; i < 10; ++i) screen.app.state.keys.push_back({keys::kSpace});
  screen.frames(1);
  REQUIRE(screen.app.state.requests.size() == 10);
  CHECK(screen.app.state.requests.front().kind == RunRequest::Kind::Play);
  CHECK(screen.app.state.requests.back().kind == RunRequest::Kind::Pause);
  CHECK_FALSE(screen.app.state.run.playing);
}

TEST_CASE("Step is disabled while the run plays and says why") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Running);
  CHECK_FALSE(screen.at("top/step").enabled);
  CHECK(screen.at("top/step").tooltip.find("Pause first") != std::string::npos);
  screen.click("top/step");
  screen.press({keys::kPeriod});
  CHECK(screen.app.state.requests.empty());
  screen.hover("top/step");
  CHECK(screen.at("tooltip").value == screen.at("top/step").tooltip);
}

TEST_CASE("Step and plus one day ask for one hour and one day while paused") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Paused);
  screen.click("top/step");
  screen.press({keys::kPeriod, false, true});
  REQUIRE(screen.app.state.requests.size() == 2);
  CHECK(screen.app.state.requests[0].value == 1);
  CHECK(screen.app.state.requests[1].value == 24);
}

TEST_CASE("The speed slider reaches its ends and the keys halve and double") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Running);
  screen.backend.move_mouse({screen.at("top/speed").rect.x0 + 1, screen.at("top/speed").rect.center().y});
  screen.frames(2);
  screen.backend.press_mouse(true);
  screen.frames(2);
  CHECK(screen.app.state.run.speed == Approx(kSlowest));
  screen.backend.move_mouse({screen.at("top/speed").rect.x1 + 50, 20});
  screen.frames(2);
  screen.backend.press_mouse(false);
  screen.frames(2);
  CHECK(screen.app.state.run.speed == 0);
  CHECK(screen.at("top/speed_value").value == "max");
  screen.press({keys::kLeftBracket});
  CHECK(screen.app.state.run.speed == kFastest);
  screen.press({keys::kLeftBracket});
  CHECK(screen.app.state.run.speed == kFastest / 2);
}

TEST_CASE("The table shows the snapshot's own numbers") {
  Screen screen(1920, 1080);
  const auto s = sample_snapshot({.variants = 3});
  screen.show(s, RunStatus::Running);
  const ExperimentReport& e = s->experiments[0];
  for (int i = 0; i < 3; ++i) {
    const std::string row = fmt::format("live/table/{}", variant_letter(i));
    const VariantReport& v = e.variants[static_cast<std::size_t>(i)];
    CHECK(screen.at(row + "/name").value == v.name);
    CHECK(screen.at(row + "/units").value == count_text(v.units));
    CHECK(screen.at(row + "/primary").value == value_text(s->metrics[0], v.metrics[0].value));
    CHECK(screen.at(row + "/d7_retention").value == value_text(s->metrics[3], v.metrics[3].value));
  }
  CHECK(screen.at("live/table/B/lift/value").value == lift_text(e.effects[0].lift));
  CHECK(screen.at("live/table/B/lift/interval").value == lift_interval_text(e.effects[0].lift_ci));
  CHECK(screen.at("live/table/B/p").value == "0.031");
  CHECK(screen.at("live/table/B/verdict").value == "▲ Better");
  CHECK(screen.at("live/table/A/verdict").value == "Control");
  CHECK(screen.at("live/assignment/test").value == "χ² = 0.12, df 1, p = 0.730");
}

TEST_CASE("A lift is neither shown under a sample ratio mismatch nor without enough data") {
  Screen screen;
  screen.show(sample_snapshot({.variants = 2, .mismatch = true}), RunStatus::Running);
  CHECK(screen.at("live/table/B/lift").value == "not shown: SRM");
  CHECK(screen.at("live/table/B/verdict").value == "⚠ Do not trust");
  CHECK(screen.at("live/assignment/state").value == "⚠ Sample ratio mismatch");
  screen.press({'E'});
  CHECK(screen.at("live/effects/ctr/lift").value == "not shown: SRM");
  auto early = sample_snapshot();
  early->experiments[0].effects[0].verdict = "not enough data";
  screen.show(early, RunStatus::Running);
  CHECK(screen.at("live/table/B/lift").value == "n = 4,987 so far");
  CHECK(screen.at("live/effects/ctr/lift").value == "not enough data");
}

TEST_CASE("Hovering the plot lists every visible variant with the snapshot's value and interval") {
  Screen screen;
  const auto s = sample_snapshot({.variants = 3});
  screen.show(s, RunStatus::Running);
  const Rect area = screen.at("live/ctr/area").rect;
  screen.backend.move_mouse({area.x0 + area.width() * 5 / 14, area.center().y});
  screen.frames(2);
  for (int i = 0; i < 3; ++i) {
    const LiveSeries& live = s->live[static_cast<std::size_t>(i)];
    const std::size_t at = 5 * 24 - 1;
    const std::string expected =
        fmt::format("{} {}  {}  {}", variant_letter(i), live.variant, value_text(s->metrics[0], live.value[at]),
                    interval_text(s->metrics[0], {live.low[at], live.high[at]}));
    CHECK(screen.at(fmt::format("live/ctr/tooltip/{}", variant_letter(i))).value == expected);
  }
  CHECK(screen.at("live/ctr/tooltip").value.starts_with("Day 5.00"));
}

TEST_CASE("Clicking a row hides its variant from the plot and clicking again brings it back") {
  Screen screen;
  screen.show(sample_snapshot({.variants = 3}), RunStatus::Running);
  REQUIRE(screen.find("live/ctr/area/end/C") != nullptr);
  screen.click("live/table/C");
  CHECK(screen.find("live/ctr/area/end/C") == nullptr);
  CHECK(screen.find("live/ctr/area/end/B") != nullptr);
  screen.press({'C', false, false, true});
  CHECK(screen.find("live/ctr/area/end/C") != nullptr);
}

TEST_CASE("Hovering a treatment's row shows its effects and they stay") {
  Screen screen;
  screen.show(sample_snapshot({.variants = 3}), RunStatus::Running);
  screen.press({'E'});
  CHECK(screen.at("live/effects/title").value == "Effects of B two-tower against A");
  screen.hover("live/table/C");
  screen.backend.move_mouse({-100, -100});
  screen.frames(2);
  CHECK(screen.at("live/effects/title").value == "Effects of C ltr and mmr against A");
  screen.press({'B', false, true, true});
  CHECK(screen.at("live/effects/title").value == "Effects of B two-tower against A");
}

TEST_CASE("A failed run shows the exception's text above its last snapshot and can be reset") {
  Screen screen;
  RunController controller(sample_work(10, {}, 2));
  controller.play();
  REQUIRE(screen.follow(controller, [&] { return screen.app.state.run.status == RunStatus::Failed; }));
  screen.frames(1);
  CHECK(screen.at("banner/error/text").value.find("weight is not finite (nan)") != std::string::npos);
  CHECK(screen.at("banner/error/text").value.find("on day 2.0") != std::string::npos);
  CHECK(screen.app.state.run.snapshot != nullptr);
  CHECK_FALSE(screen.at("top/play").enabled);
  screen.click("banner/error/reset");
  screen.click("banner/confirm/reset");
  REQUIRE(screen.follow(controller, [&] { return screen.app.state.run.status == RunStatus::Idle; }));
  CHECK(screen.find("banner/error") == nullptr);
}

TEST_CASE("Reset asks before it forgets a run") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Paused);
  screen.press({'R'});
  CHECK(screen.app.state.requests.empty());
  CHECK(screen.find("banner/confirm") != nullptr);
  screen.click("banner/confirm/keep");
  CHECK(screen.find("banner/confirm") == nullptr);
  screen.press({'R'});
  screen.press({'R'});
  REQUIRE(screen.app.state.requests.size() == 1);
  CHECK(screen.app.state.requests[0].kind == RunRequest::Kind::Reset);
}

TEST_CASE("Warm-up says which day it is on and Esc cancels it") {
  Screen screen;
  screen.show(sample_snapshot({.day = -3.8}), RunStatus::Running);
  CHECK(screen.at("live/ctr/area/ghost").value == "Warming up: day 3.2 of 7; the experiment then starts at day 0");
  CHECK(screen.at("top/day").value == "warm-up 3.2 / 7");
  CHECK(screen.at("live/run/status").value.starts_with("Running: warm-up"));
  screen.press({keys::kEscape});
  REQUIRE(screen.app.state.requests.size() == 1);
  CHECK(screen.app.state.requests[0].kind == RunRequest::Kind::Stop);
}

TEST_CASE("Check 19: help lists every command with its key, or its family of letters, and blocks what lies below") {
  Screen screen(1100, 700);
  screen.show(sample_snapshot(), RunStatus::Paused);
  screen.press({keys::kF1});
  for (const Command& c : commands()) {
    INFO(c.id);
    const bool first = c.family.empty() || c.id.ends_with("_A") || c.id == "focus_B";
    CHECK((screen.find("help/" + c.id) != nullptr) == first);
    if (!first) continue;
    CHECK(screen.at("help/" + c.id + "/key").value.starts_with(key_text(c.key)));
    CHECK(screen.at("help/" + c.id).text_fits);
  }
  screen.click("top/step");
  CHECK(screen.app.state.requests.empty());
  screen.press({keys::kEscape});
  CHECK(screen.find("help") == nullptr);

  Screen wide;
  wide.show(sample_snapshot(), RunStatus::Paused);
  wide.press({keys::kF1});
  std::set<float> columns;
  for (const ui::Element& e : wide.app.state.registry.all())
    if (e.path.starts_with("help/") && e.path.ends_with("/key")) columns.insert(e.rect.x0);
  CHECK(columns.size() == 3);
}

TEST_CASE("No state of the screen has layout faults at any size") {
  const Look look = GENERATE(from_range(std::begin(kAllLooks), std::end(kAllLooks)));
  Screen screen(look);
  const auto check = [&](const char* what) { check_layout(screen, what); };
  screen.show(nullptr, RunStatus::Idle);
  check("idle");
  screen.show(sample_snapshot({.day = -3}), RunStatus::Running);
  check("warm-up");
  for (const int variants : {2, 4, 6}) {
    for (const double day : {0.3, 8.0, 14.0}) {
      screen.show(sample_snapshot({.variants = variants, .day = day}), RunStatus::Running);
      check("running");
    }
  }
  screen.app.state.run.progress.requests = 888'888'888;
  screen.app.state.fixed_dt = false;
  screen.frames(1);
  check("wide numbers");
  screen.show(sample_snapshot({.variants = 4, .mismatch = true}), RunStatus::Finished);
  check("mismatch");
  screen.app.state.run.error = std::string(300, 'x');
  screen.show(sample_snapshot({.variants = 4}), RunStatus::Failed);
  check("failed");
  screen.press({keys::kF1});
  check("help");
  screen.press({keys::kEscape});
  screen.hover("live/ctr/area");
  check("plot tooltip");
  screen.hover("top/help");
  check("button tooltip");
}

TEST_CASE("The dumped state is JSON that repeats the registry") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Paused);
  const auto json = nlohmann::json::parse(dump_state(screen.app.state));
  CHECK(json["screen"] == "live");
  CHECK(json["status"] == "paused");
  CHECK(json["sequence"] == 7);
  CHECK(json["elements"].size() == screen.app.state.registry.all().size());
  CHECK(json["elements"][0]["path"] == screen.app.state.registry.all()[0].path);
}

TEST_CASE("Check 7: Live shows four plots with the table's letters and colours") {
  for (const auto& [width, height] : {std::pair{1100, 700}, {1440, 900}, {1920, 1080}}) {
    Screen screen(width, height);
    screen.show(sample_snapshot({.variants = 4}), RunStatus::Running);
    for (const char* plot : {"live/ctr", "live/lift", "live/retention", "live/gini"}) {
      INFO(plot << " at " << width);
      REQUIRE(screen.find(std::string(plot) + "/area") != nullptr);
      for (int i = 0; i < 4; ++i) {
        if (std::string(plot) == "live/lift" && i != screen.app.state.focus) continue;
        CHECK(screen.at(fmt::format("{}/area/end/{}", plot, variant_letter(i))).value == std::string(1, variant_letter(i)));
        CHECK(screen.at(fmt::format("live/table/{}/name/letter", variant_letter(i))).value ==
              std::string(1, variant_letter(i)));
      }
    }
  }
}

TEST_CASE("Check 8: the cursor stands at one day in every plot over the days") {
  Screen screen;
  screen.show(sample_snapshot({.variants = 3}), RunStatus::Running);
  const Rect area = screen.at("live/ctr/area").rect;
  screen.backend.move_mouse({area.x0 + area.width() / 3, area.center().y});
  screen.frames(3);
  const std::string day = screen.at("live/ctr/area/cursor").value;
  CHECK(std::stod(day) == Approx(14.0 / 3).margin(0.05));
  CHECK(screen.at("live/lift/area/cursor").value == day);
  CHECK(screen.at("live/gini/area/cursor").value == day);
  CHECK(screen.find("live/retention/area/cursor") == nullptr);  // its days begin anew for everybody
}

TEST_CASE("Check 9: hiding a variant takes it from every plot and fits them anew; isolating keeps one and control") {
  Screen screen;
  screen.show(sample_snapshot({.variants = 4}), RunStatus::Running);
  const std::string lowest = screen.at("live/gini/y/0").value;
  screen.click("live/table/B");
  for (const char* plot : {"live/ctr", "live/retention", "live/gini"})
    CHECK(screen.find(std::string(plot) + "/area/end/B") == nullptr);
  screen.press({'C', false, true, true});
  for (const char c : {'A', 'C'}) CHECK(screen.find(std::string("live/gini/area/end/") + c) != nullptr);
  for (const char c : {'B', 'D'}) CHECK(screen.find(std::string("live/gini/area/end/") + c) == nullptr);
  CHECK(screen.at("live/lift/title").value == "Lift of C ltr and mmr over A");
  screen.press({'C', false, true, true});
  for (const char c : {'A', 'B', 'C', 'D'}) CHECK(screen.find(std::string("live/gini/area/end/") + c) != nullptr);
  CHECK(screen.at("live/gini/y/0").value == lowest);
}

TEST_CASE("The wheel zooms all plots over the days, dragging moves them, and F shows all days again") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Running);
  const Rect area = screen.at("live/ctr/area").rect;
  screen.backend.move_mouse(area.center());
  screen.frames(2);
  for (int i = 0; i < 5; ++i) {
    screen.backend.turn_wheel(1);
    screen.frames(1);
  }
  const PlotLink& days = screen.app.state.day_plots;
  REQUIRE(days.high - days.low == Approx(14 * std::pow(0.8, 5)));
  CHECK((days.high + days.low) / 2 == Approx(7).margin(0.2));
  const double low = days.low;
  screen.backend.press_mouse(true);
  screen.frames(2);
  screen.backend.move_mouse({area.center().x - 40, area.center().y});
  screen.frames(2);
  screen.backend.press_mouse(false);
  screen.frames(1);
  CHECK(days.low > low);
  screen.press({'F'});
  CHECK(std::isnan(days.low));
}

TEST_CASE("Check 14: before the smallest number of units a lift is no number but how many are there of how many") {
  auto early = sample_snapshot();
  ExperimentReport& e = early->experiments[0];
  e.variants[1].units = 37;
  e.effects[0].verdict = "not enough data";
  Screen screen;
  screen.show(early, RunStatus::Running);
  CHECK(screen.at("live/table/B/lift").value == "37 of 100 units");
  CHECK(screen.find("live/table/B/lift/value") == nullptr);
  CHECK(screen.at("live/table/B/verdict").value == "◌ Not enough data");
}

TEST_CASE("The health column holds the guardrails and what peeking would have done") {
  Screen screen;
  auto s = sample_snapshot();
  s->experiments[0].guardrails = {{"two-tower", "d1_retention", 0.02, 0.01, 0.9, "holds"},
                                  {"two-tower", "skip_rate", 0.02, 0.9, 0.01, "breached"}};
  screen.show(s, RunStatus::Running);
  CHECK(screen.at("live/guardrails/d1_retention").value == "✓ D1 retention: holds");
  CHECK(screen.at("live/guardrails/skip_rate").value == "▼ Early skips: breached");
  CHECK(screen.at("live/peeking/none").value == "No look yet: one comes with each day");
}

TEST_CASE("Check 17: lines are drawn in their variants' colours, in the dark and in the light") {
  for (const bool light : {false, true}) {
    Screen screen;
    screen.show(sample_snapshot({.variants = 4}), RunStatus::Running);
    if (light) screen.press({'L'});
    screen.frames(1);
    const Image image = screen.backend.render();
    CHECK(image.at(2, 450) == (light ? kLight : kDark).background);
    for (int i = 0; i < 4; ++i) {
      const Rect swatch = screen.at(fmt::format("live/table/{}/name/letter", variant_letter(i))).rect;
      CHECK(image.at(static_cast<int>(swatch.x0) - 14, static_cast<int>(swatch.center().y)) == variant_color(i));
      const Rect end = screen.at(fmt::format("live/gini/area/end/{}", variant_letter(i))).rect;
      int found = 0;  // the disc at the line's end, left of its letter
      for (int x = static_cast<int>(end.x0) - 12; x < static_cast<int>(end.x0); ++x)
        for (int y = static_cast<int>(end.y0) - 20; y < static_cast<int>(end.y1) + 20; ++y)
          found += image.at(x, y) == variant_color(i);
      CHECK(found > 8);
    }
    set_palette(kDark);
  }
}

TEST_CASE("D puts dashes into treatments' lines and takes them out again") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Paused);
  const Rect area = screen.at("live/ctr/area").rect;
  const auto inked = [&](int variant) {
    const Image image = screen.backend.render();
    int count = 0;
    for (int y = static_cast<int>(area.y0); y < static_cast<int>(area.y1); ++y)
      for (int x = static_cast<int>(area.x0); x < static_cast<int>(area.x1); ++x)
        count += image.at(x, y) == variant_color(variant);
    return count;
  };
  const int control = inked(0), treatment = inked(1);
  REQUIRE(treatment > 50);
  screen.press({'D'});
  screen.frames(1);
  CHECK(inked(0) == control);
  CHECK(inked(1) < 0.9 * treatment);
  screen.press({'D'});
  screen.frames(1);
  CHECK(inked(1) == treatment);
}

TEST_CASE("Check 25: building a frame takes under 4 ms of this thread at the 95th percentile, on every screen") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  SUCCEED("not measured under a sanitizer");
#else
  Screen screen(1920, 1080);
  screen.show(sample_snapshot({.variants = 6, .day = 14}), RunStatus::Running);
  for (std::size_t view = 0; view < views().size(); ++view) {
    screen.app.state.view = view;
    INFO(views()[view].id);
    CHECK(screen.frame_ms() < 4);
  }
#endif
}

TEST_CASE("Check 25: reading the run's state hardly ever waits for it", "[threads]") {
  RunController controller(sample_work(1000, 100us));
  controller.play();
  int slow = 0;
  constexpr int kReads = 5000;
  for (int i = 0; i < kReads; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const RunState state = controller.state();
    slow += std::chrono::steady_clock::now() - start > 1ms;
    std::this_thread::sleep_for(50us);
  }
  controller.stop();
  CHECK(slow <= kReads / 100);  // a busy machine takes the processor away at times
}

TEST_CASE("Check 3: a paused run's position stays where it is over 30 frames, and a step moves it by one hour") {
  Screen screen;
  RunController controller(sample_work(1000, 50us));
  controller.pause_at(2);
  controller.play();
  REQUIRE(screen.follow(controller, [&] { return screen.app.state.run.status == RunStatus::Paused; }));
  const double day = screen.app.state.run.snapshot->experiment_day;
  screen.follow(controller, [n = 0]() mutable { return ++n == 30; });
  CHECK(screen.app.state.run.snapshot->experiment_day == day);
  CHECK(screen.at("top/step").enabled);
  screen.press({keys::kPeriod});  // Check 4
  REQUIRE(screen.follow(controller, [&] { return screen.app.state.run.snapshot->experiment_day > day; }));
  REQUIRE(screen.follow(controller, [&] { return screen.app.state.run.status == RunStatus::Paused; }));
  CHECK(screen.app.state.run.snapshot->experiment_day == Approx(day + 1.0 / 24).epsilon(1e-9));
}

TEST_CASE("Check 6: dragging the speed slider from 45 to 95 of a hundred raises the speed more than threefold") {
  Screen screen;
  screen.show(sample_snapshot(), RunStatus::Running);
  const Rect box = screen.at("top/speed").rect;
  const auto to = [&](float part) { screen.backend.move_mouse({box.x0 + box.width() * part, box.center().y}); };
  to(0.45F);
  screen.frames(2);
  screen.backend.press_mouse(true);
  screen.frames(2);
  const double before = screen.app.state.run.speed;
  to(0.95F);
  screen.frames(2);
  screen.backend.press_mouse(false);
  screen.frames(1);
  CHECK(before > 0);
  const double after = screen.app.state.run.speed;
  CHECK((after == 0 || after > 3 * before));  // 0: as fast as possible
  CHECK(screen.app.state.requests.back().kind == RunRequest::Kind::Speed);
}

TEST_CASE("Live shows the funnel's 99th percentiles, but not in pictures that repeat") {
  Screen screen(1440, 1000);
  auto s = sample_snapshot();
  auto funnel = std::make_shared<FunnelFacts>();
  for (const char* stage : {"retrieve", "features", "rank", "rerank", "policy", "world"})
    funnel->latency.push_back({.stage = stage, .p50_us = 80, .p99_us = 412, .share = 0.2, .p95_us = 200});
  s->funnel = funnel;
  screen.show(s, RunStatus::Running);
  CHECK(screen.find("live/funnel") == nullptr);
  screen.app.state.fixed_dt = false;
  screen.frames(1);
  CHECK(screen.at("live/funnel/rank").value == "412 µs");
  CHECK(screen.find("live/funnel/world") == nullptr);
  CHECK(screen.faults().empty());
}
