// The determinism contract (docs/DETERMINISM.md): a covering set of tiny scenarios, each scorer, source, policy and design
// once, on 1, 2, 3 and 8 threads, once and twice in a process: one golden signature each. A change of behaviour edits
// tests/golden/signatures.toml in its own commit; FEEDLOOP_UPDATE_GOLDEN=1 rewrites it.
#include <toml++/toml.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "base/parallel.hpp"
#include "engine/ranking/scorer.hpp"
#include "engine/retrieval/source.hpp"
#include "experiment/run.hpp"
#include "policies/policy.hpp"
#include "report/json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

namespace feedloop {
namespace {

const std::string kGolden = std::string(FEEDLOOP_SOURCE_DIR) + "/tests/golden/signatures.toml";

std::map<std::string, Scenario> covering_set() {
  std::map<std::string, Scenario> set;
  set.emplace("plain", SmallScenario{}.make());
  set.emplace("own_pipeline", SmallScenario{.treatment = "engine.retrieval.matrix_factorization.dims = 8\n"}.make());
  for (const auto& policy : policy_registry())
    set.emplace("policy_" + std::string(policy.name),
                SmallScenario{.sets = {"policy.name=" + std::string(policy.name)}}.make());
  set.emplace("explored", SmallScenario{.sets = {"policy.name=thompson", "policy.explore.share=0.04",
                                                 "policy.explore.cold_share=0.1", "policy.explore.new_item_share=0.02"}}
                              .make());
  // So few impressions that items are judged within the run; with the default it explores throughout.
  set.emplace("committed",
              SmallScenario{.sets = {"policy.name=explore_then_commit", "policy.explore_then_commit.impressions=5"}}.make());
  set.emplace("exposure_slots", SmallScenario{.sets = {"policy.explore.exposure_slots=2"}}.make());
  for (const auto& scorer : scorer_registry())
    set.emplace("scorer_" + std::string(scorer.name),
                SmallScenario{.sets = {"engine.ranking.scorer=" + std::string(scorer.name)}}.make());
  for (const auto& source : source_registry()) {
    SmallScenario small;
    for (const auto& other : source_registry())
      if (other.name != source.name) small.sets.push_back("engine.quota." + std::string(other.name) + "=0");
    set.emplace("source_" + std::string(source.name), small.make());
  }
  // So few items that users run out of what the sources nominate, while new items arrive.
  set.emplace("exhausted",
              SmallScenario{.users = 80, .items = 60, .days = 8, .sets = {"world.items.arrivals_per_day=0.2"}}.make());
  set.emplace("households", SmallScenario{.sets = {"assignment.unit=household"}}.make());
  set.emplace("ramped", SmallScenario{.sets = {"assignment.ramp=0:0.2, 1:0.7", "holdout=0.1"}}.make());
  set.emplace(
      "switchback",
      SmallScenario{.sets = {"assignment.design=switchback", "assignment.unit=region", "assignment.block_hours=3"}}.make());
  set.emplace("triggered",
              SmallScenario{.treatment = "engine.value.like = 0.02\n", .sets = {"assignment.trigger=differs"}}.make());
  set.emplace("interleaving", SmallScenario{.sets = {"assignment.design=interleaving"}}.make());
  set.emplace("stopped", SmallScenario{.days = 3,
                                       .treatment = "engine.value.click = -5.0\n",
                                       .sets = {"assignment.stop_on_guardrail=true", "analysis.guardrails=ctr"}}
                             .make());
  // Everything that may happen in the world.
  set.emplace("eventful",
              SmallScenario{.days = 3,
                            .treatment = "engine.slate.layout = 1\n",
                            .sets = {"world.examination.model=dbn", "world.examination.scroll=true", "world.bots.share=0.02",
                                     "world.bots.pages_per_day=40", "world.spillover.network=0.1",
                                     "world.spillover.household=0.3", "world.items.viral_per_day=0.05", "world.items.hit_day=1",
                                     "world.items.arrivals_per_day=0.1", "world.dynamics.interest_per_day=0.2",
                                     "world.dynamics.satisfaction_half_life_days=14", "world.dynamics.trust_half_life_days=60"}}
                  .make());
  set.emplace("feed", SmallScenario{.sets = {"world.watch.autoplay=true", "world.items.duration_median_min=0.16",
                                             "world.items.duration_tail_share=0.05", "world.visits.budget_median_min=4"}}
                          .make());
  set.emplace("two_layers", parse_scenario(R"(
name = "two-layers"
warmup_days = 1
days = 2
world.population.users = 150
world.items.count = 200
[[experiment]]
layer = "ranking"
[[experiment.variant]]
name = "control"
share = 0.5
[[experiment.variant]]
name = "completion"
share = 0.5
engine.value.completion = 1.0
[[experiment]]
layer = "exploration"
[[experiment.variant]]
name = "none"
share = 0.6
[[experiment.variant]]
name = "some"
share = 0.4
policy.name = "epsilon_greedy"
)",
                                           "two-layers.toml"));
  return set;
}

}  // namespace

TEST_CASE("signatures equal the golden ones on any number of threads and in a second run of the process",
          "[determinism][threads]") {
  const bool update = std::getenv("FEEDLOOP_UPDATE_GOLDEN") != nullptr;
  std::map<std::string, std::string> found;
  for (const auto& [name, scenario] : covering_set()) {
    INFO(name);
    set_threads(1);
    const Report reference = run(scenario);
    CHECK(reference.requests > 100);
    found[name] = reference.signature;
    for (const int n : {1, 2, 3, 8}) {
      INFO(n << " threads");
      set_threads(n);
      const Report report = run(scenario);
      CHECK(report.signature == reference.signature);
      CHECK(json_without_run(report) == json_without_run(reference));
    }
  }
  set_threads(0);
  CHECK(found["committed"] != found["policy_random"]);
  CHECK(found["exposure_slots"] != found["policy_greedy"]);
  if (update) {
    std::ofstream out(kGolden);
    out << "# One signature a scenario of the covering set. A change of behaviour edits this file and says why.\n";
    for (const auto& [name, signature] : found) out << name << " = \"" << signature << "\"\n";
    return;
  }
  const toml::table golden = toml::parse_file(kGolden);
  CHECK(golden.size() == found.size());
  for (const auto& [name, signature] : found) {
    INFO(name);
    CHECK(golden[name].value_or(std::string("none recorded")) == signature);
  }
}

TEST_CASE("an observer that asks for snapshots changes nothing", "[determinism][threads]") {
  struct Counting : Observer {
    int snapshots = 0;
    bool wants_snapshot() override { return true; }
    void on_snapshot(std::shared_ptr<const Snapshot>) override { ++snapshots; }
  } watcher;
  const Scenario scenario = SmallScenario{.users = 60}.make();
  const Report watched = run(scenario, {}, &watcher);
  CHECK(watcher.snapshots > 100);
  CHECK(json_without_run(watched) == json_without_run(run(scenario)));
}

TEST_CASE("another seed is another world and the same seed the same", "[determinism]") {
  const auto with = [](const char* seed) {
    return run(SmallScenario{.users = 60, .sets = {std::string("seed=") + seed}}.make()).signature;
  };
  CHECK(with("1") != with("2"));
  CHECK(with("1") == with("1"));
}

}  // namespace feedloop
