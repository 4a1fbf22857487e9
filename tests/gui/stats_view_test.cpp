#include "gui/stats_view.hpp"

#include <algorithm>
#include <filesystem>

#include "experiment/run.hpp"
#include "gui/history.hpp"
#include "report/json.hpp"
#include "tests/gui/lab_sample.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

namespace feedloop {
namespace {

using namespace testing;
using namespace std::chrono_literals;

struct StatsScreen : Screen {
  explicit StatsScreen(std::shared_ptr<const Snapshot> s, RunStatus status = RunStatus::Paused, Look look = {}) : Screen(look) {
    app.state.view = view_index("stats");
    show(std::move(s), status);
  }
};

bool says(const Screen& screen, std::string_view text) {
  return std::ranges::any_of(screen.app.state.registry.all(),
                             [&](const ui::Element& e) { return e.value.find(text) != std::string::npos; });
}

void at_rest(const AaMeter& meter) {
  for (int i = 0; i < 2000 && meter.state().working(); ++i) std::this_thread::sleep_for(30ms);
}

// A scenario of which daily looks see something: hundreds of users and ten of them are enough.
Scenario looked_at() {
  return SmallScenario{.users = 300, .items = 150, .warmup_days = 1, .days = 4, .treatment = "engine.value.like = 2.0\n"}
      .make();
}

}  // namespace

TEST_CASE("Check 11: the looks are the CLI's to the last bit, and the always-valid p never grows") {
  const Scenario scenario = looked_at();
  const Report cli = parse_report(json_report(run(scenario)));
  RunController controller([&](Observer& observer) { return run(scenario, {}, &observer); });
  Screen screen;
  screen.app.state.view = view_index("stats");
  controller.play();
  for (int i = 0; i < 600 && !controller.wait(100ms); ++i) {
  }
  controller.rethrow();
  screen.follow(controller, [&] { return screen.app.state.run.status == RunStatus::Finished; });
  const Snapshot& s = *screen.snapshot;
  REQUIRE(s.experiments.size() == cli.experiments.size());
  const auto &shown = s.experiments[0].effect_series, &said = cli.experiments[0].effect_series;
  REQUIRE(shown.size() == said.size());
  int looks = 0;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    REQUIRE(shown[i].day == said[i].day);
    double before = 1;
    for (std::size_t k = 0; k < shown[i].day.size(); ++k) {
      const double p = shown[i].p[k], valid = shown[i].always_valid_p[k];
      CHECK(std::isnan(p) == std::isnan(said[i].p[k]));
      if (std::isnan(p)) continue;
      ++looks;
      CHECK(std::abs(p - said[i].p[k]) <= 1e-12);
      CHECK(std::abs(valid - said[i].always_valid_p[k]) <= 1e-12);
      CHECK(valid <= before);
      before = valid;
    }
  }
  CHECK(looks > 8);
  // The last look is what the report's table of effects says.
  for (const EffectSeries& e : shown) {
    const EffectReport* effect = nullptr;
    for (const EffectReport& f : s.experiments[0].effects)
      if (f.variant == e.variant && f.metric == e.metric) effect = &f;
    REQUIRE(effect != nullptr);
    if (std::isnan(effect->p)) continue;
    CHECK(e.p.back() == effect->p);
    CHECK(e.always_valid_p.back() == effect->sequential.p);
  }
  CHECK(screen.find("stats/p/area/look/3") != nullptr);
}

TEST_CASE("Check 12: the look at which a naive test would have stopped is marked and named") {
  const StatsScreen screen(lab_snapshot());
  const std::vector<LookSeen> looks = looks_seen(screen.app.state);
  REQUIRE(looks.size() == 8);
  CHECK(std::ranges::count(looks, true, &LookSeen::stopped_early) == 1);
  CHECK(looks[5].stopped_early);
  CHECK(looks[5].day == 6);
  CHECK(screen.at("stats/p/area/stop").value == "peeking stops, day 6");
  CHECK(screen.at("stats/p/area/look/5").value.find("peeking stops") != std::string::npos);
  CHECK(screen.at("stats/head/verdict")
            .value.starts_with("Peeking daily would have stopped on day 6: “better”. Always-valid: not yet."));
}

TEST_CASE("The race says what each rule decided, and whether it was right once the truth is known") {
  StatsScreen screen(lab_snapshot());
  CHECK(screen.at("stats/race/daily_peeking/said").value == "▲ Better, day 6");
  CHECK(screen.at("stats/race/always_valid/said").value == "◌ Not yet");
  CHECK(screen.at("stats/race/fixed_horizon/said").value == "◌ Waits for the end");
  CHECK(screen.find("stats/race/daily_peeking/truth") == nullptr);
  show_truth(screen, 0);
  CHECK(screen.at("stats/race/daily_peeking/truth").value == "⚠ False alarm");
  CHECK(screen.at("stats/race/always_valid/truth").value == "◌ Open");
  CHECK(screen.at("stats/head/truth").value.find("false alarm") != std::string::npos);
  show_truth(screen, 0.001);
  CHECK(screen.at("stats/race/daily_peeking/truth").value == "✓ Right");
  show_truth(screen, -0.001);
  CHECK(screen.at("stats/race/daily_peeking/truth").value == "⚠ Wrong way");
  screen.app.state.truth.shown = false;
  screen.frames(1);
  CHECK(screen.find("stats/race/daily_peeking/truth") == nullptr);
}

TEST_CASE("Nothing of a broken split is read off") {
  const StatsScreen screen(lab_snapshot({.variants = 3, .mismatch = true}));
  CHECK(screen.at("stats/head/verdict").value.starts_with("⚠ Do not trust"));
  CHECK(screen.at("stats/race/daily_peeking/said").value == "⚠ Do not trust");
  CHECK(screen.find("stats/p/area/look/5") == nullptr);
}

TEST_CASE("Keys choose metric and evidence, and the letters the treatment") {
  StatsScreen screen(lab_snapshot({.variants = 3}));
  CHECK(screen.at("stats/head/metric").value == "CTR");
  screen.press({'M'});
  screen.frames(1);
  CHECK(screen.at("stats/head/metric").value == "Watch time per user-day");
  screen.press({'M', false, true});
  screen.frames(1);
  CHECK(screen.at("stats/head/metric").value == "CTR");
  screen.press({'V'});
  screen.frames(1);
  CHECK(screen.at("stats/evidence/title").value == "e-value at each look");
  screen.click("stats/head/treatment/C");
  CHECK(screen.at("stats/head/title").value.find("C ltr and mmr") != std::string::npos);
  screen.hover("stats/p/area/look/5");
  CHECK(screen.at("stats/p/tooltip/naive").value == "p of a single look: 0.031");
}

TEST_CASE("Check 18: Stats has no fault of layout in any state") {
  for (const Look look : kLooks) {
    for (int state = 0; state < 8; ++state) {
      std::shared_ptr<Snapshot> s;
      if (state == 1) s = lab_snapshot({.day = 0});
      if (state == 2) s = lab_snapshot({.day = 0.5}, {});
      if (state == 3) s = lab_snapshot({.variants = 6});
      if (state == 4) s = lab_snapshot({.variants = 4, .mismatch = true});
      if (state == 5) s = interleaved_snapshot();
      if (state >= 6) s = lab_snapshot({.variants = 2}, {0.9, 1e-9, 1e-300, 0, 0.04});
      StatsScreen screen(s, state == 0 ? RunStatus::Idle : RunStatus::Running, look);
      if (state == 7) show_truth(screen, look.width == 1100 ? 0 : 0.002);
      for (const bool e_value : {false, true}) {
        screen.app.state.stats.e_value = e_value;
        screen.frames(1);
        INFO("state " << state << ", " << look.width << " x " << look.height << ", e-value " << e_value);
        CHECK(screen.faults() == std::vector<std::string>{});
        CHECK_FALSE(says(screen, "nan"));
        CHECK_FALSE(says(screen, "inf"));
      }
    }
  }
}

TEST_CASE("The A/A meter grows, ends with a rate for each rule, and can be cancelled") {
  AaMeter meter;
  const auto scenario = std::make_shared<const Scenario>(looked_at());
  meter.start({scenario, 0, 1, "ctr", 24});
  at_rest(meter);
  const AaState done = meter.state();
  REQUIRE(done.stage == AaStage::Done);
  CHECK(done.result.done == 24);
  REQUIRE(done.result.rates.size() == 5);
  for (const FalsePositiveRate& r : done.result.rates) CHECK(r.stopped.trials == 24);
  CHECK(done.method.find("users are dealt out") != std::string::npos);

  StatsScreen screen(lab_snapshot());
  screen.app.state.work.chosen = scenario;
  screen.frames(1);
  CHECK(screen.at("stats/aa/repeat").enabled);
  screen.click("stats/aa/repeat");
  CHECK(screen.at("stats/aa/repeat").value == "Cancel");
  screen.press({'A'});
  screen.frames(1);
  CHECK(screen.at("stats/aa/repeat").value == "Repeat ×200");
  CHECK(screen.app.state.stats.meter->state().stage == AaStage::Cancelled);

  meter.start({scenario, 0, 1, "novelty", 8});
  at_rest(meter);
  CHECK(meter.state().stage == AaStage::Failed);
}

}  // namespace feedloop
