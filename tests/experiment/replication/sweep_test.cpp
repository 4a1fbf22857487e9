#include "experiment/replication/sweep.hpp"

#include <cmath>

#include "base/csv.hpp"
#include "base/files.hpp"
#include "base/parallel.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/small_scenario.hpp"
#include "tests/support/temporary_folder.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

Scenario small(const std::vector<std::string>& sets) {
  return SmallScenario{.users = 60, .items = 80, .days = 1, .sets = sets}.make();
}

SweepPlan two_by_two() {
  return plan_sweep({parse_variation("treatment.engine.value.completion=0.2,2"), parse_variation("engine.quota.fresh=0,20")}, 2,
                    true, small);
}

struct StopAfter final : Observer {
  explicit StopAfter(int n) : left(n) {}
  int left;
  bool stop_requested() override { return left <= 0; }
};

}  // namespace

TEST_CASE("a sweep runs all combinations on all seeds and its rows are what single runs report") {
  const TemporaryFolder folder;
  const SweepPlan plan = two_by_two();
  REQUIRE(plan.points.size() == 4);
  CHECK(plan.points[1].values == std::vector<std::string>{"0.2", "20"});
  const fs::path file = folder / "grid.csv";
  CHECK(sweep(plan, file, false) == 8);

  std::size_t compared = 0;
  Report report;
  std::string run_now;
  for (CsvReader csv(file); csv.next();) {
    const auto field = [&](const char* name) { return std::string(csv.field(csv.column(name))); };
    if (field("run") != run_now) {
      run_now = field("run");
      Scenario alone = small({"treatment.engine.value.completion=" + field("treatment.engine.value.completion"),
                              "engine.quota.fresh=" + field("engine.quota.fresh"), "seed=" + field("seed")});
      report = run(alone, {.truth = true});
    }
    CHECK(field("signature") == report.signature);
    for (const EffectReport& e : report.experiments[0].effects)
      if (e.variant == field("variant") && e.metric == field("metric") && !std::isnan(e.effect)) {
        CHECK(csv.number(csv.column("effect")) == e.effect);
        CHECK(field("verdict") == e.verdict);
        ++compared;
      }
    for (const TruthReport& t : report.experiments[0].truth)
      if (t.variant == field("variant") && t.metric == field("metric"))
        CHECK(csv.number(csv.column("true_effect")) == t.effect);
  }
  CHECK(run_now == "8");
  CHECK(compared > 8 * 5);
}

TEST_CASE("a sweep that was stopped goes on to the same bytes on any number of threads") {
  const TemporaryFolder folder;
  const SweepPlan plan = two_by_two();
  sweep(plan, folder / "whole.csv", false);
  StopAfter observer(3);
  const auto count = [&](std::size_t, std::size_t, const std::string&) { --observer.left; };
  CHECK_THROWS_AS(sweep(plan, folder / "stop.csv", false, &observer, count), Interrupted);
  set_threads(3);
  CHECK(sweep(plan, folder / "stop.csv", true) == 6);
  CHECK(sweep(plan, folder / "stop.csv", true) == 0);
  set_threads(0);
  CHECK(read_file(folder / "stop.csv") == read_file(folder / "whole.csv"));
}

TEST_CASE("what cannot be varied is refused before anything runs") {
  const auto plan = [](std::vector<std::string> texts, std::int64_t reps = 1) {
    return error_of([&] {
      std::vector<Variation> v;
      for (const std::string& t : texts) v.push_back(parse_variation(t));
      plan_sweep(v, reps, false, small);
    });
  };
  const auto refused = [&](std::vector<std::string> texts, const std::string& why) {
    INFO(plan(texts) << " lacks " << why);
    CHECK(plan(texts).find(why) != std::string::npos);
  };
  refused({"engine.quota.fresh"}, "names no key");
  refused({"engine.quota.fresh=1,,2"}, "has an empty value");
  refused({"engine.quota.fresh=1,1"}, "has the value 1 twice");
  refused({"seed=1,2"}, "which --reps does");
  refused({"engine.quota.fresh=1", "engine.quota.fresh=2"}, "is varied twice");
  refused({"engine.quota.frsh=1,2"}, "engine.quota.fresh");
  refused({"days=2,400"}, "[1, 365]");
  refused({"engine.value.click=1,x"}, "engine.value.click");
  refused({"nobody.engine.value.click=1,2"}, "there is no variant \"nobody\"; allowed is one of control, treatment");
  refused({"treatment.engine.isolation=data"}, "cannot differ between variants");
  refused({"treatment.engine.value.clik=1"}, "engine.value.click");
  refused({"analysis.decision=nothing"}, "nothing");
  CHECK(plan({"engine.quota.fresh=1,2,3"}, 900'000).find("more than 1000000 runs") != std::string::npos);
  CHECK(plan({"engine.quota.fresh=0,20", "treatment.engine.value.click=0"}) == "no error");
}

TEST_CASE("a set of a variant is the override that its block could hold") {
  const Scenario by_set = small({"treatment.engine.value.completion=0.5", "treatment.policy.name=softmax"});
  const Scenario by_block =
      SmallScenario{
          .users = 60, .items = 80, .days = 1, .treatment = "engine.value.completion = 0.5\npolicy.name = \"softmax\"\n"}
          .make();
  CHECK(by_set.hash() == by_block.hash());
  CHECK(by_set.experiments[0].variants[0].overrides.empty());
  CHECK(small({"treatment.engine.value.completion=1.0"}).hash() == small({}).hash());
}

}  // namespace feedloop
