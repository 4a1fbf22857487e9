// What `--truth` promises: a null treatment's true effect is exactly 0, worlds fork from one t0, checkpoints continue to the
// same bytes.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "experiment/analysis/exposure.hpp"
#include "experiment/metrics/hidden.hpp"
#include "experiment/metrics/metric.hpp"
#include "experiment/run.hpp"
#include "experiment/simulation.hpp"
#include "experiment/unit_table.hpp"
#include "report/json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/interrupted_run.hpp"
#include "tests/support/small_scenario.hpp"

namespace feedloop {
namespace {

bool is_whole(std::string_view metric) {
  const auto infos = exposure_infos();
  return std::any_of(infos.begin(), infos.end(), [&](const MetricInfo& m) { return m.name == metric; });
}

// Sums over impressions that are not kept by user.
bool has_no_error(std::string_view metric) {
  return metric == "feedback_gain" || metric == "click_normalised_entropy" || metric == "click_calibration_error";
}

}  // namespace

TEST_CASE("a null treatment has a true effect of exactly zero in every metric") {
  const Report report = run(SmallScenario{.users = 200,
                                          .days = 3,
                                          .treatment = "",
                                          .sets = {"world.population.arrivals_per_day=0.1", "analysis.truth_one_in=16"}}
                                .make(),
                            {.truth = true});
  // All but those that need eight days of follow-up or more.
  std::set<std::string> left_out;
  for (const Metric& m : metric_registry()) left_out.emplace(m.name);
  for (const TruthReport& t : report.experiments[0].truth) left_out.erase(t.metric);
  CHECK(left_out == std::set<std::string>{"d7_retention", "d7_new", "d7_existing", "d7_rolling", "week2_retention",
                                          "d30_retention", "churn_28"});
  for (const TruthReport& t : report.experiments[0].truth) {
    INFO(t.metric);
    CHECK(t.effect == 0.0);
    CHECK((t.se == 0.0 || (std::isnan(t.se) && has_no_error(t.metric))));
    if (is_whole(t.metric)) continue;
    // The mixed world is the others, so nothing spills over, and all of the bias is the luck of the split.
    CHECK(t.spill_on_treated == 0.0);
    CHECK(t.spill_on_control == 0.0);
    CHECK((t.sampling == t.bias || std::isnan(t.bias)));
  }
}

TEST_CASE("under a null treatment every user record is byte-identical between the worlds") {
  const Scenario scenario = SmallScenario{.users = 120, .treatment = ""}.make();
  const Study study(scenario);
  Simulation control(study), treated(study);
  const auto ignore = [](std::span<const Interaction>) {};
  while (control.now() < study.end) {
    control.run_epoch({.experiment = 0, .variant = 0}, ignore);
    treated.run_epoch({.experiment = 0, .variant = 1}, ignore);
  }
  for (std::size_t u = 0; u < control.users().size(); ++u) {
    UserState a = control.users()[u], b = treated.users()[u];
    REQUIRE(save_state(a) == save_state(b));
  }
}

TEST_CASE("a treatment that differs has a true effect that is not zero and an estimate beside it") {
  const Report report = run(
      SmallScenario{.users = 300, .treatment = "engine.value.click = 0.0\nengine.value.skip = -1.0\n"}.make(), {.truth = true});
  const auto& e = report.experiments[0];
  CHECK(e.truth[0].effect != 0.0);
  CHECK(e.truth[0].bias == Approx(e.effects[0].effect - e.truth[0].effect));
  // Shared models learn from both groups, so both see something of the other.
  CHECK(e.truth[0].spill_on_treated != 0.0);
  CHECK(e.truth[0].spill_on_control != 0.0);
  for (const TruthReport& t : e.truth) {
    INFO(t.metric);
    if (!std::isnan(t.bias)) CHECK(t.spill_on_treated - t.spill_on_control + t.sampling == Approx(t.bias).margin(1e-12));
  }
}

TEST_CASE("a run stopped anywhere resumes to the same report") {
  const Scenario scenario = SmallScenario{.users = 80}.make();
  const std::string whole = json_without_run(run(scenario, {.truth = true}));
  // Epochs are counted over warm-up, experiment and two worlds of truth: 288 a day.
  for (const int epochs : {1, 288, 300, 700, 1000, 1500, 1900}) {
    INFO(epochs);
    MemoryStore store;
    StopAfter stop(epochs);
    CHECK_THROWS_AS(run(scenario, {.truth = true, .checkpoints = &store}, &stop), Interrupted);
    // What the first run was asked for is kept: --resume alone goes on to the truth.
    CHECK(json_without_run(run(scenario, {.checkpoints = &store, .resume = true})) == whole);
  }
}

TEST_CASE("metrics that need the truth are there when it was asked for, and only then") {
  const Scenario scenario = SmallScenario{.users = 80, .sets = {"analysis.truth_one_in=4"}}.make();
  const auto values = [](const Report& report) {
    std::map<std::string, double> out;
    for (const MetricValue& m : report.experiments[0].variants[1].metrics) out[m.name] = m.value;
    return out;
  };
  const Report without = run(scenario, {}), with = run(scenario, {.truth = true});
  CHECK(without.signature == with.signature);
  const auto a = values(without), b = values(with);
  CHECK(b.size() == a.size() + kHidden);
  for (const MetricInfo& m : hidden_infos()) {
    INFO(m.name);
    CHECK_FALSE(a.contains(m.name));
    REQUIRE(b.contains(m.name));
    CHECK(std::isfinite(b.at(m.name)));
    CHECK(std::count_if(with.metrics.begin(), with.metrics.end(),
                        [&](const MetricInfo& x) { return x.name == m.name && x.needs_truth; }) == 1);
    CHECK(std::count_if(with.experiments[0].truth.begin(), with.experiments[0].truth.end(),
                        [&](const TruthReport& t) { return t.metric == m.name; }) == 1);
  }
  for (const MetricInfo& m : without.metrics) CHECK_FALSE(m.needs_truth);
  CHECK(b.at("user_drift") > 0);
  CHECK(b.at("regret_retrieval") >= 0);
  CHECK(b.at("regret_ranking") >= 0);
}

TEST_CASE("the truth may be asked for when a run is resumed") {
  const Scenario scenario = SmallScenario{.users = 60, .sets = {"analysis.truth_one_in=4"}}.make();
  const std::string whole = json_without_run(run(scenario, {.truth = true}));
  for (const int epochs : {300, 288 + 400}) {  // in the mixed world, which had begun without
    MemoryStore store;
    StopAfter stop(epochs);
    CHECK_THROWS_AS(run(scenario, {.checkpoints = &store}, &stop), Interrupted);
    CHECK(json_without_run(run(scenario, {.truth = true, .checkpoints = &store, .resume = true})) == whole);
  }
}

TEST_CASE("an alarm goes off when exploration stops, is told in the report, and outlives a resumed run") {
  // Half of all slots drawn at random, then none: one day of two of baseline makes the line, the next day lies below it.
  const Scenario scenario =
      SmallScenario{.users = 80,
                    .days = 5,
                    .sets = {"seed=1", "policy.name=random", "policy.explore.share=0.5", "policy.alarm.watch=true",
                             "policy.alarm.window_days=1", "policy.alarm.baseline_days=2", "policy.alarm.sds=0",
                             "policy.alarm.stop_day=3", "policy.alarm.raise_share=0.9"}}
          .make();
  const Report report = run(scenario, {});
  const std::string whole = json_without_run(report);
  const auto told = std::count_if(report.warnings.begin(), report.warnings.end(), [](const Warning& w) {
    return w.code == "exposure_collapse" && w.text.find("raised from 0 % to 90 %") != std::string::npos;
  });
  CHECK(told == 2);  // one a variant
  for (const int epochs : {900, 288 * 4 + 10, 288 * 5 + 10}) {
    INFO(epochs);
    MemoryStore store;
    StopAfter stop(epochs);
    CHECK_THROWS_AS(run(scenario, {.checkpoints = &store}, &stop), Interrupted);
    CHECK(json_without_run(run(scenario, {.checkpoints = &store, .resume = true})) == whole);
  }
}

TEST_CASE("a checkpoint restored at a random epoch continues to the identical state") {
  const Scenario scenario = SmallScenario{.users = 80}.make();
  const Study study(scenario);
  const auto ignore = [](std::span<const Interaction>) {};
  Simulation one(study);
  for (int i = 0; i < 333; ++i) one.run_epoch({}, ignore);
  Simulation two(study);
  load_state(two, save_state(one));
  for (int i = 0; i < 250; ++i) {
    one.run_epoch({}, ignore);
    two.run_epoch({}, ignore);
  }
  CHECK(one.signature() == two.signature());
  for (std::size_t u = 0; u < one.users().size(); ++u) {
    UserState a = one.users()[u], b = two.users()[u];
    REQUIRE(save_state(a) == save_state(b));
  }
}

TEST_CASE("a checkpoint that is cut short is refused") {
  const Scenario scenario = SmallScenario{.users = 20}.make();
  const Study study(scenario);
  Simulation one(study), two(study);
  const std::string bytes = save_state(one);
  CHECK_THROWS_AS(load_state(two, std::string_view(bytes).substr(0, bytes.size() / 2)), Error);
}

}  // namespace feedloop
