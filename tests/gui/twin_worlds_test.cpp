#include "gui/twin_worlds.hpp"

#include <chrono>
#include <cstring>
#include <thread>

#include "experiment/bubble/warm_start.hpp"
#include "gui/format.hpp"
#include "gui/truth.hpp"
#include "gui/workspace.hpp"
#include "tests/gui/screen.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;
using namespace feedloop::testing;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<const Scenario> small(int days = 2) {
  return std::make_shared<const Scenario>(
      SmallScenario{.users = 80, .items = 120, .days = days, .sets = {"epoch_minutes=30"}}.make());
}

bool wait_for(const std::function<bool()>& done) {
  for (int i = 0; i < 12'000; ++i) {
    if (done()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

// A run beside its twins, and the screen that shows both.
struct Beside {
  explicit Beside(std::shared_ptr<const Scenario> s)
      : scenario(std::move(s)),
        controller([this](Observer& o) { return run(*scenario, twins.options_beside(*scenario), &o); }) {
    twins.follow(scenario);
  }
  void frame() {
    screen.snapshot = sync(screen.app.state, controller, &twins);
    screen.frames(1);
  }
  bool until(const std::function<bool()>& done) {
    return wait_for([&] {
      frame();
      return done();
    });
  }
  AppState& state() { return screen.app.state; }

  std::shared_ptr<const Scenario> scenario;
  TwinWorlds twins;
  Screen screen;
  RunController controller;
};

void check_same_truth(const ExperimentReport& a, const ExperimentReport& b) {
  REQUIRE_FALSE(a.truth.empty());
  REQUIRE(a.truth.size() == b.truth.size());
  for (std::size_t i = 0; i < a.truth.size(); ++i) {
    CHECK(a.truth[i].variant == b.truth[i].variant);
    CHECK(a.truth[i].metric == b.truth[i].metric);
    CHECK(std::memcmp(&a.truth[i].effect, &b.truth[i].effect, sizeof(double)) == 0);
    CHECK(std::memcmp(&a.truth[i].se, &b.truth[i].se, sizeof(double)) == 0);
  }
}

}  // namespace

TEST_CASE("Check 13: T shows the truth, hidden until then, from twin worlds on their own thread, and it is the CLI's",
          "[threads]") {
  const Report expected = run(*small(), {.truth = true});
  Beside b(small());
  b.controller.pause_at(1.0);
  b.controller.play();
  REQUIRE(b.until([&] { return b.state().run.status == RunStatus::Paused; }));
  b.frame();
  CHECK_FALSE(b.state().truth.shown);
  CHECK(b.screen.find("live/table/B/truth") == nullptr);
  CHECK(b.state().truth.twins.status == RunStatus::Idle);
  CHECK(b.state().truth.twins.worlds == 3);

  b.screen.press({'T'});
  b.frame();  // asks
  bool told = false;
  double done = -1;
  REQUIRE(b.until([&] {
    if (b.state().truth.twins.status == RunStatus::Running && b.screen.find("truth/text") != nullptr) {
      told = told || b.screen.at("truth/text").value.find("of 3 worlds") != std::string::npos;
      CHECK(b.state().truth.twins.progress.done >= done);
      done = b.state().truth.twins.progress.done;
    }
    return b.state().truth.twins.status == RunStatus::Finished;
  }));
  CHECK(told);
  CHECK(b.state().run.status == RunStatus::Paused);  // the first run stood still meanwhile
  b.frame();

  const ExperimentReport& found = b.state().truth.twins.report->experiments[0];
  check_same_truth(found, expected.experiments[0]);
  CHECK(b.state().truth.twins.report->signature == expected.signature);
  const auto shown = true_effect(b.state(), "treatment", "ctr");
  REQUIRE(shown.has_value());
  CHECK(b.screen.at("live/table/B/truth").value == truth_text(*shown));
  CHECK(b.screen.find("truth") == nullptr);  // the bar has gone
  REQUIRE(b.state().truth.twins.bubble != nullptr);

  b.screen.press({'T'});
  CHECK(b.screen.find("live/table/B/truth") == nullptr);
  b.screen.press({'T'});
  CHECK(b.screen.find("live/table/B/truth") != nullptr);
  CHECK(b.state().requests.empty());  // nothing is run twice
}

TEST_CASE("The truth can be asked for before the run began, and the run is not changed by it", "[threads]") {
  Beside b(small());
  b.screen.press({'T'});
  b.frame();
  b.controller.play();
  REQUIRE(b.until(
      [&] { return b.state().truth.twins.status == RunStatus::Finished && b.state().run.status == RunStatus::Finished; }));
  CHECK(b.state().run.report->signature == run(*small()).signature);
  check_same_truth(b.state().truth.twins.report->experiments[0], run(*small(), {.truth = true}).experiments[0]);
}

TEST_CASE("Twins follow the workspace's run, and another scenario hides the truth again", "[threads]") {
  TwinWorlds twins;
  Screen screen;
  WorkspaceOptions options;
  options.scenarios = options.runs = "nowhere";
  options.keep = false;
  options.run_options = [&](const Scenario& s) { return twins.options_beside(s); };
  Workspace workspace(options);
  workspace.choose(*small());
  AppState& state = screen.app.state;
  const auto until = [&](const std::function<bool()>& done) {
    return wait_for([&] {
      screen.snapshot = sync(state, workspace, &twins);
      screen.frames(1);
      return done();
    });
  };
  state.requests.push_back({RunRequest::Kind::Start});
  REQUIRE(until([&] { return state.run.status == RunStatus::Finished; }));
  screen.press({'T'});
  bool warmed_up = false;
  REQUIRE(until([&] {
    warmed_up = warmed_up || state.truth.twins.progress.stage == RunStage::WarmUp;
    return state.truth.twins.status == RunStatus::Finished;
  }));
  CHECK_FALSE(warmed_up);  // it was the first run's
  CHECK(state.truth.shown);
  check_same_truth(state.truth.twins.report->experiments[0], run(*small(), {.truth = true}).experiments[0]);
  state.requests.push_back({RunRequest::Kind::Set, 0, "seed=7"});
  state.requests.push_back({RunRequest::Kind::Start});
  REQUIRE(until([&] { return state.run.status == RunStatus::Finished && state.seed == 7; }));
  CHECK_FALSE(state.truth.shown);
  CHECK(state.truth.twins.status == RunStatus::Idle);
}

TEST_CASE("Twins can be cancelled and run again, which begins after the warm-up", "[threads]") {
  const auto scenario = small(200);
  TwinWorlds twins;
  twins.follow(scenario);
  twins.start();
  REQUIRE(wait_for([&] { return twins.state().progress.stage == RunStage::Running; }));
  twins.cancel();
  REQUIRE(wait_for([&] { return twins.state().status == RunStatus::Stopped; }));
  CHECK(twins.state().report == nullptr);
  CHECK(twins.state().bubble == nullptr);
  twins.start();
  CHECK(twins.state().status == RunStatus::Running);
  bool warmed_up_again = false;
  REQUIRE(wait_for([&] {
    warmed_up_again = warmed_up_again || twins.state().progress.stage == RunStage::WarmUp;
    return twins.state().progress.stage == RunStage::Running;
  }));
  CHECK_FALSE(warmed_up_again);
}

TEST_CASE("Following another run forgets the twins without waiting for them", "[threads]") {
  TwinWorlds twins;
  twins.start();  // of nothing
  CHECK(twins.state().status == RunStatus::Idle);
  CHECK(twins.follow(small(200)));
  CHECK_FALSE(twins.follow(small(200)));  // read again, the same
  twins.start();
  REQUIRE(wait_for([&] { return twins.state().progress.requests > 0; }));
  CHECK_FALSE(twins.follow(small(200)));
  CHECK(twins.state().status == RunStatus::Running);
  CHECK(twins.follow(small(3)));
  CHECK(twins.state().status == RunStatus::Idle);
  CHECK(twins.state().worlds == 3);
  CHECK(twins.follow(nullptr));
  CHECK(twins.state().worlds == 0);
}
