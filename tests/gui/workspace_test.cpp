#include "gui/workspace.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/archive.hpp"
#include "data/archived_run.hpp"
#include "gui/app.hpp"
#include "gui/format.hpp"
#include "gui/opened_run.hpp"
#include "report/json.hpp"
#include "tests/gui/tiny_workspace.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

template <class Done>
bool follow(Workspace& w, Done done) {
  for (int i = 0; i < 20'000; ++i) {
    w.update();
    if (done(w.run())) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

auto is(RunStatus status) {
  return [status](const RunState& s) { return s.status == status; };
}

}  // namespace

TEST_CASE("Known scenarios name their question and a broken file its line and reason") {
  const TinyFolder place;
  const auto known = known_scenarios(place.scenarios);
  REQUIRE(known.size() == 2);
  CHECK(known[0].name == "tiny");  // the dashboard's own first
  CHECK(known[0].question == "Does the test run?");
  CHECK(known[0].error.empty());
  CHECK(known[1].name == "broken");
  CHECK(known[1].error.find("broken.toml:2") != std::string::npos);
  CHECK(known_scenarios(place.dir / "nowhere").empty());
}

TEST_CASE("What is set over a scenario applies when it is valid and is refused with what is allowed when not") {
  const TinyFolder place;
  Workspace w(place.options());
  w.choose(place.tiny());
  w.set("days=5");
  CHECK(std::get<std::int64_t>(w.state().chosen->settings.at("days")) == 5);
  w.set("days=0.5");
  CHECK(w.state().refused_key == "days");
  CHECK(w.state().refused_text == "0.5");
  CHECK(w.state().refusal.find("allowed") != std::string::npos);
  CHECK(std::get<std::int64_t>(w.state().chosen->settings.at("days")) == 5);
  w.set("days=6");
  CHECK(w.state().refusal.empty());
  CHECK(w.state().sets == std::vector<std::string>{"days=6"});
  w.unset("days");
  CHECK(w.state().sets.empty());
  w.set("seed=9");
  w.revert();
  CHECK(w.state().chosen->seed() == 42);
  CHECK_THROWS_AS(w.choose(place.scenarios / "broken.toml"), Error);
  CHECK(w.state().chosen->name == "tiny");
}

TEST_CASE("Check 24: a run has the same report at any speed as on the command line", "[threads]") {
  const TinyFolder place;
  const Scenario scenario = load_scenario(place.tiny());
  const Report expected = run(scenario);
  for (const double speed : {0.0, 2'000.0, 200.0}) {
    Workspace w(place.options());
    w.choose(place.tiny());
    w.apply({RunRequest::Kind::Speed, speed});
    w.apply({RunRequest::Kind::Play});
    REQUIRE(follow(w, [](const RunState& s) { return s.status == RunStatus::Running; }));
    for (int i = 0; i < 4; ++i) {  // also with pauses
      w.apply({i % 2 == 0 ? RunRequest::Kind::Pause : RunRequest::Kind::Play});
      w.update();
      std::this_thread::sleep_for(5ms);
    }
    REQUIRE(follow(w, is(RunStatus::Finished)));
    CHECK(json_without_run(*w.run().report) == json_without_run(expected));
    const OpenedRun kept = open_run(w.state().archive);
    REQUIRE(kept.report != nullptr);
    CHECK(json_without_run(*kept.report) == json_without_run(expected));
    fs::remove(w.state().archive);
  }
}

TEST_CASE("A closed window keeps its run, and it can be gone on with to the same report", "[threads]") {
  const TinyFolder place;
  fs::path kept;
  {
    Workspace w(place.options());
    w.choose(place.tiny());
    w.set("seed=5");
    w.apply({RunRequest::Kind::Speed, 500});
    w.apply({RunRequest::Kind::Play});
    REQUIRE(follow(w, [](const RunState& s) { return s.snapshot != nullptr && s.snapshot->experiment_day > 0.3; }));
    CHECK(w.close() == place.runs / "tiny-5.db");
    kept = w.state().archive;
  }
  CHECK(Archive::open(kept, ArchiveMode::Read).status() == ArchiveStatus::Interrupted);
  Workspace w(place.options());
  w.open(kept);
  CHECK(w.run().status == RunStatus::Idle);
  CHECK(w.state().notice.find("unfinished") != std::string::npos);
  w.apply({RunRequest::Kind::Play});
  REQUIRE(follow(w, is(RunStatus::Finished)));
  CHECK(json_without_run(*w.run().report) == json_without_run(run(load_scenario(place.tiny(), {"seed=5"}))));
  CHECK(w.close().empty());
  CHECK(Archive::open(kept, ArchiveMode::Read).status() == ArchiveStatus::Complete);
  w.apply({RunRequest::Kind::Start});  // the same again is another run, in another archive
  const auto other_archive = [&] { return !w.state().archive.empty() && w.state().archive != kept; };
  REQUIRE(follow(w, [&](const RunState& s) { return s.status == RunStatus::Finished && other_archive(); }));
  CHECK(w.state().archive == place.runs / "tiny-5-2.db");
}

TEST_CASE("A finished archive is shown without running and another scenario can be started after it", "[threads]") {
  const TinyFolder place;
  const Scenario scenario = load_scenario(place.tiny());
  const ArchiveHead head = archive_head(scenario);
  const fs::path path = choose_output({}, head, false, place.runs).path;
  Report report;
  {
    Archive archive = open_output({path, false, ""}, head);
    report = run_archived(scenario, archive, false, {}, nullptr, json_report).report;
  }
  Workspace w(place.options());
  w.open(path);
  CHECK(w.run().status == RunStatus::Finished);
  CHECK(w.state().opened);
  CHECK(json_report(*w.run().report) == json_report(report));
  CHECK(w.run().snapshot->experiments.size() == 1);
  CHECK(w.run().snapshot->live.size() == 6);
  CHECK(w.run().days.size() == 3);
  CHECK_FALSE(w.state().pending());
  w.set("days=2");
  CHECK(w.state().pending());
  w.apply({RunRequest::Kind::Start});
  REQUIRE(follow(w, is(RunStatus::Finished)));
  CHECK_FALSE(w.state().opened);
  CHECK(w.run().report->days == 2);
  CHECK(fs::exists(path));
}

TEST_CASE("An opened archive is gone back in by day on every screen, and what it keeps for the end alone says so",
          "[threads]") {
  const TinyFolder place;
  fs::path kept;
  std::vector<std::shared_ptr<const Snapshot>> then;
  {
    Desk desk(place.options());
    desk.workspace.choose(place.tiny());
    desk.workspace.apply({RunRequest::Kind::Play});
    REQUIRE(desk.until([&] { return desk.state().run.status == RunStatus::Finished; }));
    kept = desk.workspace.state().archive;
    then = desk.state().run.days;
  }
  REQUIRE(then.size() == 3);
  Desk desk(place.options());
  desk.workspace.open(kept);
  const auto see = [&](const char* view) {
    desk.state().view = view_index(view);
    desk.frame();
    desk.frame();
    INFO(view);
    CHECK(ui::layout_faults(desk.state().registry, desk.screen.backend.window()) == std::vector<std::string>{});
    for (const ui::Element& e : desk.state().registry.all()) CHECK(e.value.find("nan") == std::string::npos);
  };
  see("funnel");
  CHECK(desk.screen.at("funnel/head/verdict").value.find("items nominated a page") != std::string::npos);
  CHECK(desk.screen.at("funnel/request/empty").value.find("keeps no single pages") != std::string::npos);
  see("live");
  CHECK(desk.has("live/gini/area/end/A"));
  CHECK(desk.has("timeline/look/3"));
  desk.screen.press({keys::kLeft, false, true});
  desk.frame();
  REQUIRE(desk.state().review);
  CHECK(*desk.state().review == Approx(2));
  CHECK(desk.screen.at("banner/review/text").value.ends_with("numbers as of the end of day 2"));
  for (const char* letter : {"A", "B"})
    CHECK(desk.screen.at(fmt::format("live/table/{}/units", letter)).value ==
          count_text(then[1]->experiments[0].variants[*letter - 'A'].units));
  CHECK(desk.screen.at("live/table/B/verdict").value == [&] {
    const VerdictLook look = verdict_look(then[1]->experiments[0].effects[0].verdict);
    return fmt::format("{} {}", look.symbol, look.word);
  }());
  CHECK_FALSE(desk.has("timeline/look/3"));
  for (const char* view : {"setup", "live", "stats", "retention", "bubble", "funnel", "runs"}) see(view);
  see("funnel");
  CHECK(desk.screen.at("funnel/head/verdict").value.find("An archive keeps this for the end of its run alone") != std::string::npos);
  see("live");
  desk.state().live.all_metrics = true;
  see("live");
}

TEST_CASE("A reset forgets an unfinished run and its archive, and keeps a finished one", "[threads]") {
  const TinyFolder place;
  Workspace w(place.options());
  w.choose(place.tiny());
  w.apply({RunRequest::Kind::Speed, 200});
  w.apply({RunRequest::Kind::Play});
  REQUIRE(follow(w, [](const RunState& s) { return s.snapshot != nullptr; }));
  w.update();
  const fs::path unfinished = w.state().archive;
  CHECK(fs::exists(unfinished));
  w.apply({RunRequest::Kind::Reset});
  REQUIRE(follow(w, [&](const RunState& s) { return s.status == RunStatus::Idle && !fs::exists(unfinished); }));
  CHECK(w.state().archive.empty());
  w.apply({RunRequest::Kind::Speed, 0});
  w.apply({RunRequest::Kind::Play});
  REQUIRE(follow(w, is(RunStatus::Finished)));
  w.update();
  const fs::path finished = w.state().archive;
  w.apply({RunRequest::Kind::Reset});
  REQUIRE(follow(w, is(RunStatus::Idle)));
  CHECK(fs::exists(finished));
}

TEST_CASE("A folder that cannot be written costs the archive, not the run", "[threads]") {
  const TinyFolder place;
  write_file(place.runs, "a file where the folder should be");
  Workspace w(place.options());
  w.choose(place.tiny());
  w.apply({RunRequest::Kind::Play});
  REQUIRE(follow(w, is(RunStatus::Finished)));
  w.update();
  CHECK(w.state().notice.starts_with("This run is not saved: "));
  CHECK(w.state().archive.empty());
}

TEST_CASE("A damaged archive is refused with its reason and what was open stays") {
  const TinyFolder place;
  fs::create_directories(place.runs);
  write_file(place.runs / "bad.db", "SQLite format 3 and then nothing of the kind");
  Workspace w(place.options());
  w.choose(place.tiny());
  w.apply({RunRequest::Kind::Open, 0, (place.runs / "bad.db").string()});
  CHECK(w.state().notice.find("bad.db") != std::string::npos);
  CHECK(w.state().chosen->name == "tiny");
  CHECK(w.run().status == RunStatus::Idle);
  w.apply({RunRequest::Kind::Dismiss});
  CHECK(w.state().notice.empty());
}

TEST_CASE("Check 22: after a run that threw, reset works and the next run runs", "[threads]") {
  const TinyFolder place;
  WorkspaceOptions options = place.options();
  bool fail = true;
  options.run_options = [&fail](const Scenario&) -> RunOptions {
    if (fail) throw Error("the world broke", {"world.toml", 3, 1});
    return {};
  };
  Desk desk(options);
  Screen& screen = desk.screen;
  Workspace& w = desk.workspace;
  w.choose(place.tiny());
  const auto shows = [&](auto done) { return desk.until(done); };
  w.apply({RunRequest::Kind::Play});
  REQUIRE(shows([&] { return screen.find("banner/error/text") != nullptr; }));
  CHECK(screen.at("banner/error/text").value.find("the world broke") != std::string::npos);
  fail = false;
  screen.click("banner/error/reset");
  screen.click("banner/confirm/reset");
  REQUIRE(shows([&] { return screen.app.state.run.status == RunStatus::Idle; }));
  screen.press({keys::kSpace});
  REQUIRE(shows([&] { return screen.app.state.run.status == RunStatus::Finished; }));
}

TEST_CASE("Check 10: a variant that loses units is not trusted, an A/A is healthy, and twenty users are too few to say",
          "[threads]") {
  const TinyFolder place;
  struct Case {
    const char *sets, *state;
  };
  const Case c = GENERATE(Case{"assignment.lost=0.5\nworld.population.users=900", "unhealthy"},
                          Case{"treatment.engine.value.completion=0\nworld.population.users=600", "healthy"},
                          Case{"world.population.users=20\nworld.population.arrivals_per_day=0", "not enough traffic"});
  Desk desk(place.options());
  desk.workspace.choose(place.tiny());
  desk.workspace.set(c.sets);
  REQUIRE(desk.workspace.state().refusal.empty());
  desk.workspace.apply({RunRequest::Kind::Play});
  REQUIRE(desk.until([&] { return desk.state().run.status == RunStatus::Finished; }));
  desk.frame();
  INFO(c.state);
  CHECK(desk.state().run.report->experiments[0].srm[0].state == c.state);
  const std::string test = desk.screen.at("live/assignment/test").value;
  if (c.state == std::string("unhealthy")) {
    CHECK(test.find("χ² = ") != std::string::npos);
    CHECK(test.find("df 1") != std::string::npos);
    CHECK(test.find("p = ") != std::string::npos);
    CHECK(desk.screen.at("live/table/B/lift").value == "not shown: SRM");
    CHECK(desk.screen.at("live/table/B/verdict").value == "⚠ Do not trust");
  }
}

TEST_CASE("Saving says where the run is kept", "[threads]") {
  const TinyFolder place;
  Desk desk(place.options());
  desk.workspace.choose(place.tiny());
  desk.workspace.apply({RunRequest::Kind::Play});
  REQUIRE(desk.until([&] { return desk.state().run.status == RunStatus::Finished; }));
  desk.screen.press({'S', true});
  desk.frame();
  desk.frame();
  CHECK(desk.screen.at("banner/notice/text").value == "This run is kept in " + (place.runs / "tiny-42.db").string());
  desk.screen.press({'C'});
  desk.frame();
  CHECK(desk.state().view == view_index("runs"));
  CHECK(desk.state().runs.pinned.size() == 1);
}
