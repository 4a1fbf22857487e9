#include "gui/runs_view.hpp"

#include <fmt/format.h>

#include "data/archived_run.hpp"
#include "gui/run_list.hpp"
#include "report/json.hpp"
#include "tests/gui/check_layout.hpp"
#include "tests/gui/tiny_workspace.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using namespace feedloop::testing;
namespace fs = std::filesystem;

namespace {

fs::path keep_run(const TinyFolder& folder, const std::vector<std::string>& sets) {
  const Scenario scenario = load_scenario(folder.tiny(), sets);
  const ArchiveHead head = archive_head(scenario);
  const OutputChoice choice = choose_output({}, head, false, folder.runs);
  Archive archive = open_output(choice, head);
  run_archived(scenario, archive, false, {}, nullptr, json_report);
  return choice.path;
}

// Three finished runs, one cut short, one damaged and one that is no archive.
struct SomeRuns : TinyFolder {
  fs::path first = keep_run(*this, {}), second = keep_run(*this, {"seed=7"}),
           third = keep_run(*this, {"days=2", "treatment.engine.value.like=0.5"});
  fs::path cut = runs / "cut.db", bad = runs / "bad.db";
  SomeRuns() {
    Archive::create(cut, archive_head(load_scenario(tiny(), {"seed=9"}))).set_status(ArchiveStatus::Interrupted);
    write_file(bad, "SQLite format 3 and then nothing of the kind");
    write_file(runs / "notes.txt", "not a run");
  }
};

struct Runs : Desk {
  explicit Runs(const TinyFolder& folder, int width = 1440, int height = 900, double scale = 1)
      : Desk(folder.options(), width, height, scale) {
    state().view = view_index("runs");
    REQUIRE(until([&] { return state().work.runs != nullptr && !state().work.listing; }));
    frame();
  }
  void pin(const fs::path& run) { click("runs/table/row/" + run.stem().string() + "/pin"); }
};

}  // namespace

TEST_CASE("The list holds every archive with its state, and a damaged one with its reason") {
  const SomeRuns folder;
  const std::vector<RunEntry> runs = list_runs(folder.runs);
  REQUIRE(runs.size() == 5);
  const auto of = [&](const fs::path& path) { return *std::ranges::find(runs, path, &RunEntry::path); };
  CHECK(of(folder.first).run.report != nullptr);
  CHECK(of(folder.first).differs.empty());
  CHECK(of(folder.third).differs == "days=2, treatment.engine.value.like=0.5");
  CHECK(of(folder.cut).run.report == nullptr);
  CHECK(of(folder.cut).run.status == ArchiveStatus::Interrupted);
  CHECK_FALSE(of(folder.bad).error.empty());
  CHECK(of(folder.bad).error.find(folder.bad.string()) == std::string::npos);  // the row says which it is
  const std::vector<RunEntry> again = list_runs(folder.runs, runs);
  CHECK(std::ranges::find(again, folder.first, &RunEntry::path)->run.report == of(folder.first).run.report);  // not read again
  CHECK(list_runs(folder.dir / "nowhere").empty());
}

TEST_CASE("The table shows scenario, seed, state, result and differences, and opens a run", "[threads]") {
  const SomeRuns folder;
  Runs s(folder);
  const std::string row = "runs/table/row/tiny-7";
  CHECK(s.screen.at(row + "/name").value == "Tiny");
  CHECK(s.screen.at(row + "/seed").value == "7");
  CHECK(s.screen.at(row + "/state").value == "finished");
  CHECK(s.screen.at(row + "/differs").value == "seed=7");
  CHECK(s.has(row + "/result"));
  CHECK(s.screen.at("runs/table/row/cut/state").value == "⏸ paused");
  CHECK(s.screen.at("runs/table/row/bad/error").value.starts_with("⚠"));
  s.click(row);
  s.click("runs/table/actions/open");
  CHECK(s.state().view == view_index("live"));
  CHECK(s.state().work.opened);
  CHECK(s.state().run.report->seed == 7);
  CHECK(s.screen.at("top/seed").value == "seed 7");
}

TEST_CASE("A run that was cut short is gone on with", "[threads]") {
  const SomeRuns folder;
  Runs s(folder);
  s.click("runs/table/row/cut");
  CHECK(s.screen.at("runs/table/actions/open").value == "Go on");
  s.click("runs/table/actions/open");
  REQUIRE(s.until([&] { return s.state().run.status == RunStatus::Finished; }));
  CHECK(s.state().run.report->seed == 9);
  CHECK(Archive::open(folder.cut, ArchiveMode::Read).status() == ArchiveStatus::Complete);
}

TEST_CASE("Pinned runs are laid over each other and compared by the code of `feedloop compare`", "[threads]") {
  const SomeRuns folder;
  Runs s(folder);
  CHECK_FALSE(s.has("runs/curves"));  // nothing to lay over each other: the table has the screen
  s.pin(folder.first);
  CHECK(s.screen.at("runs/table/title").value.ends_with("pin another to compare"));
  s.pin(folder.third);
  s.pin(folder.second);
  CHECK(s.screen.at("runs/table/row/tiny-42/pin").value == "1");
  CHECK(s.has("runs/curves/area/end/1"));
  CHECK(s.has("runs/curves/area/end/3"));
  const auto entry = [&](const fs::path& path) { return *std::ranges::find(*s.state().work.runs, path, &RunEntry::path); };
  const RunComparison expected = compare_runs(finished_run(entry(folder.first)), finished_run(entry(folder.third)));
  CHECK(s.screen.at("runs/comparison/summary").value ==
        fmt::format("{} of {} effects differ by more than chance, and {} of {} values", expected.effects_apart,
                    expected.effects, expected.values_apart, expected.values));
  CHECK(s.screen.at("runs/comparison/settings").value.find("days: 3 → 2") != std::string::npos);
  s.click("runs/comparison/with/3");
  CHECK(s.screen.at("runs/comparison/settings").value.find("seed: 42 → 7") != std::string::npos);
  s.pin(folder.second);
  s.pin(folder.third);
  CHECK_FALSE(s.has("runs/comparison"));
  CHECK_FALSE(s.has("runs/curves"));
}

TEST_CASE("Deleting asks first, and then the archive is gone", "[threads]") {
  const SomeRuns folder;
  Runs s(folder);
  s.click("runs/table/row/tiny-7");
  s.click("runs/table/actions/delete");
  CHECK(fs::exists(folder.second));
  s.click("runs/table/actions/keep");
  CHECK(fs::exists(folder.second));
  s.click("runs/table/actions/delete");
  s.click("runs/table/actions/really");
  CHECK_FALSE(fs::exists(folder.second));
  REQUIRE(s.until([&] { return s.state().work.runs->size() == 4; }));
}

TEST_CASE("A run is replicated in other worlds with progress, and can be cancelled", "[threads]") {
  const SomeRuns folder;
  Runs s(folder);
  s.state().runs.worlds = 2;
  s.click("runs/table/row/tiny-42");
  s.click("runs/table/actions/replicate");
  REQUIRE(s.until([&] { return s.state().work.replication != nullptr && s.state().work.replicating.finished; }));
  s.frame();
  const Replication& r = *s.state().work.replication;
  REQUIRE(r.seeds.size() == 2);
  CHECK(r.seeds[1].seed == 43);
  CHECK(s.screen.at("runs/replication/verdict").value.starts_with(fmt::format("{} of 2 worlds", r.better)));
  CHECK(s.has("runs/replication/seed/43"));
  s.state().runs.worlds = 30;
  s.frame();
  s.click("runs/table/actions/replicate");
  REQUIRE(s.until([&] { return s.has("runs/replication/cancel"); }));
  s.click("runs/replication/cancel");
  REQUIRE(s.until([&] { return !s.state().work.replicating.busy; }));
  CHECK(s.state().work.replicating.error.empty());
}

TEST_CASE("No state of Runs has layout faults at any size", "[threads]") {
  const Look look = GENERATE(from_range(std::begin(kLooks), std::end(kLooks)));
  const auto check = [&](Runs& s, const char* what) {
    s.frame();
    s.frame();
    check_layout(s.screen, what);
  };
  {
    const TinyFolder empty;
    Runs s(empty, look.width, look.height, look.scale);
    check(s, "empty");
  }
  const SomeRuns folder;
  Runs s(folder, look.width, look.height, look.scale);
  check(s, "a list");
  s.click("runs/table/row/tiny-7");
  check(s, "selected");
  s.click("runs/table/actions/delete");
  check(s, "asking");
  s.pin(folder.first);
  s.pin(folder.second);
  s.pin(folder.third);
  check(s, "compared");
  s.state().runs.worlds = 2;
  s.click("runs/table/row/tiny-42");
  s.click("runs/table/actions/replicate");
  REQUIRE(s.until([&] { return s.state().work.replicating.finished; }));
  check(s, "replicated");
}
