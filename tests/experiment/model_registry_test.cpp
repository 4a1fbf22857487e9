#include "experiment/model_registry.hpp"

#include <algorithm>

#include "experiment/run.hpp"
#include "experiment/simulation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

std::vector<PipelineReport> registry_after(const Scenario& scenario, SimTime until) {
  const Study study(scenario);
  Simulation simulation(study);
  while (simulation.now() < until)
    simulation.run_epoch({.all_control = simulation.now() < study.t0}, [](std::span<const Interaction>) {});
  return model_registry(study, simulation.engine());
}

}  // namespace

TEST_CASE("a run's report names every version of its models with window and quality") {
  const Report report = run(SmallScenario{.users = 100}.make());
  REQUIRE(report.models.size() == 1);
  const PipelineReport& p = report.models[0];
  CHECK(p.variants == std::vector<std::string>{"control", "treatment"});
  CHECK(p.scorer == "logistic");
  CHECK(p.heads == std::vector<std::string>{"click", "completion"});
  REQUIRE(p.versions.size() == 3);  // one night of warm-up and two of experiment
  for (std::size_t i = 0; i < 3; ++i) {
    const ModelVersion& v = p.versions[i];
    CHECK(v.version == static_cast<std::int64_t>(i) + 1);
    CHECK(v.parent == static_cast<std::int64_t>(i));
    CHECK(v.trained == Approx(static_cast<double>(i) - 1 + 3.0 / 24));
    CHECK(v.rows > 0);
    CHECK(v.first_row < v.last_row);
    CHECK(v.last_row <= v.trained);
    REQUIRE(v.stages.size() == 1);
    CHECK(v.stages[0].stage == "live");
  }
  // The last models have not been judged yet.
  CHECK(p.versions[2].validations.empty());
  REQUIRE(p.versions[1].validations.size() == 1);
  CHECK(p.versions[1].validations[0].day == p.versions[2].trained);
  CHECK(p.versions[1].validations[0].heads.size() == 2);
  CHECK(rollback_warnings(report.models).empty());
}

TEST_CASE("a pipeline of its own has models of its own") {
  const auto models = registry_after(SmallScenario{.users = 60, .treatment = "engine.ranking.scorer = \"mlp\"\n"}.make(),
                                     SimTime{0} + kHour * 12);
  REQUIRE(models.size() == 2);
  CHECK(models[1].variants == std::vector<std::string>{"treatment"});
  CHECK(models[1].scorer == "mlp");
}

TEST_CASE("a rollback is in the registry with its reason and a warning of the report") {
  ModelVersion v;
  v.version = 7;
  v.stages = {{1, "shadow", 0, 0, ""}, {1.25, "rolled back", -5, 1200, "its clicks fell"}};
  const auto warnings = rollback_warnings({{{"control", "treatment"}, "logistic", {"click"}, {v}}});
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].code == "rollback");
  CHECK(warnings[0].text ==
        "control, treatment: models of version 7 were rolled back on day 1.2 after 1200 impressions: its clicks fell.");
}

TEST_CASE("a release's stages are in the registry in order") {
  const auto models = registry_after(
      SmallScenario{.users = 60,
                    .days = 3,
                    .sets = {"engine.release.mode=staged", "engine.release.shadow_hours=0", "engine.release.gate_z=10"}}
          .make(),
      SimTime{0} + kHour * 73);
  REQUIRE(models[0].versions.size() == 3);
  std::vector<std::string> stages;
  for (const ModelStage& stage : models[0].versions[2].stages) stages.push_back(stage.stage);
  CHECK(stages == std::vector<std::string>{"shadow", "canary", "ramp", "live"});
}
