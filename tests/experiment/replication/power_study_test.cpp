#include "experiment/replication/power_study.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/files.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/small_scenario.hpp"
#include "tests/support/temporary_folder.hpp"

namespace feedloop {
namespace {

namespace fs = std::filesystem;

const DesignQuality& quality(const PowerResult& r, const std::string& metric, StoppingRule rule) {
  for (const DesignQuality& q : r.qualities)
    if (q.metric == metric && q.rule == rule) return q;
  FAIL("no " << metric);
  return r.qualities[0];
}

PowerPlan small(PowerVary vary, std::int64_t reps, const std::string& treatment = SmallScenario{}.treatment) {
  return {SmallScenario{.users = 100, .items = 80, .days = 3, .treatment = treatment}.make(), reps, vary, true};
}

Scenario with_salt(Scenario s, const std::string& salt) {
  s.experiments[0].salt = salt;
  return s;
}

}  // namespace

TEST_CASE("a study sums up what runs of its worlds report one by one") {
  const PowerPlan plan = small(PowerVary::World, 3);
  const PowerResult r = power_study(plan, "", false);
  std::vector<double> truth, bias;
  std::int64_t rejected = 0, covered = 0;
  for (int i = 0; i < 3; ++i) {
    const Report one = run(nth_world(plan.scenario, i), {.truth = true});
    for (const EffectReport& e : one.experiments[0].effects)
      if (e.metric == "ctr") rejected += e.p < 0.05;
    for (const TruthReport& t : one.experiments[0].truth)
      if (t.metric == "ctr") {
        truth.push_back(t.effect);
        bias.push_back(t.bias);
        covered += t.covered;
      }
  }
  const DesignQuality& q = quality(r, "ctr", StoppingRule::FixedHorizon);
  CHECK_FALSE(q.null);
  CHECK(q.rejected.trials == 3);
  CHECK(q.rejected.hits == rejected);
  CHECK(q.coverage.hits == covered);
  CHECK(q.truth.mean == Approx(measured_mean(truth).mean));
  CHECK(q.truth.sd == Approx(measured_mean(truth).sd));
  CHECK(q.bias.mean == Approx(measured_mean(bias).mean));
  CHECK(q.within_se > 0);
  CHECK(q.day.mean == 3);
}

TEST_CASE("assignments of one world share its warm-up and its truth and are what runs of their own would be") {
  const PowerPlan plan = small(PowerVary::Assignment, 3);
  const PowerResult r = power_study(plan, "", false);
  std::vector<double> bias, truth;
  for (int i = 0; i < 3; ++i) {
    const std::string salt = plan.scenario.experiments[0].salt + (i == 0 ? "" : fmt::format("#{}", i));
    const Report one = run(with_salt(plan.scenario, salt), {.truth = true});
    for (const TruthReport& t : one.experiments[0].truth)
      if (t.metric == "ctr") bias.push_back(t.bias), truth.push_back(t.effect);
  }
  const DesignQuality& q = quality(r, "ctr", StoppingRule::FixedHorizon);
  CHECK(q.bias.mean == Approx(measured_mean(bias).mean));
  CHECK(q.bias.sd == Approx(measured_mean(bias).sd));
  CHECK(truth[0] == truth[2]);
  CHECK(q.truth.mean == Approx(truth[0]));
  CHECK(q.truth.sd == 0);
}

TEST_CASE("of an A/A scenario no world of truth is run and rejections are errors") {
  const PowerPlan plan = small(PowerVary::Assignment, 2, "");
  int worlds = 0;
  struct Count final : Observer {
    explicit Count(int& worlds_seen) : n(worlds_seen) {}
    int& n;
    RunStage last = RunStage::Preparing;
    void on_progress(const Progress& p) override {
      n += p.stage == RunStage::Truth && last != RunStage::Truth;
      last = p.stage;
    }
  } count(worlds);
  const PowerResult r = power_study(plan, "", false, &count);
  CHECK(worlds == 0);
  const DesignQuality& q = quality(r, "ctr", StoppingRule::AlwaysValid);
  CHECK(q.null);
  CHECK(q.truth.mean == 0);
  CHECK(q.type_s.trials == 0);
  CHECK(std::isnan(q.type_m));
  CHECK(q.coverage.trials == 2);
}

TEST_CASE("the always-valid rule rejects when the report's always-valid p does") {
  for (const auto& [name, rule] :
       {std::pair{"msprt", StoppingRule::AlwaysValid}, std::pair{"asymptotic", StoppingRule::Asymptotic}})
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      PowerPlan plan = small(PowerVary::World, 1, "policy.name = \"random\"\n");
      plan.scenario.settings.set_text(std::string("analysis.sequential=") + name, {});
      plan.scenario = with_seed(std::move(plan.scenario), seed);
      const PowerResult r = power_study(plan, "", false);
      const Report one = run(plan.scenario);
      for (const EffectReport& e : one.experiments[0].effects)
        for (const DesignQuality& q : r.qualities)
          if (q.metric == e.metric && q.rule == rule && q.rejected.trials == 1)
            CHECK(q.rejected.hits == (e.sequential.p < 0.05));
    }
}

TEST_CASE("a stopped study goes on to the same table and the same answer") {
  const TemporaryFolder folder;
  const PowerPlan plan = small(PowerVary::World, 3);
  const PowerResult whole = power_study(plan, folder / "whole.csv", false);
  struct StopAfter final : Observer {
    int left = 2;
    bool stop_requested() override { return left <= 0; }
  } stop;
  CHECK_THROWS_AS(
      power_study(plan, folder / "stop.csv", false, &stop, [&](std::size_t, std::size_t, const std::string&) { --stop.left; }),
      Interrupted);
  const PowerResult resumed = power_study(plan, folder / "stop.csv", true);
  CHECK(read_file(folder / "stop.csv") == read_file(folder / "whole.csv"));
  REQUIRE(resumed.qualities.size() == whole.qualities.size());
  for (std::size_t i = 0; i < whole.qualities.size(); ++i) {
    const DesignQuality &a = whole.qualities[i], &b = resumed.qualities[i];
    CHECK(a.rejected.hits == b.rejected.hits);
    CHECK((a.bias.mean == b.bias.mean || std::isnan(a.bias.mean)));
    CHECK((a.day.mean == b.day.mean || std::isnan(a.day.mean)));
  }
  CHECK(error_of([&] {
          power_study(small(PowerVary::Assignment, 3), folder / "whole.csv", true);
        }).find("holds another study") != std::string::npos);
}

TEST_CASE("several designs in one table are each what they are alone, and go on where they were stopped") {
  const TemporaryFolder folder;
  std::vector<PowerPlan> plans;
  for (const std::string unit : {"user", "household"}) {
    PowerPlan plan = small(PowerVary::Assignment, 2);
    plan.design = "assignment.unit=" + unit;
    plan.scenario = SmallScenario{.users = 100, .items = 80, .days = 3, .sets = design_sets(plan.design)}.make();
    plans.push_back(plan);
  }
  const auto both = power_studies(plans, folder / "whole.csv", false);
  REQUIRE(both.size() == 2);
  for (std::size_t d = 0; d < 2; ++d) {
    CHECK(both[d].design == plans[d].design);
    const PowerResult alone = power_study(plans[d], "", false);
    REQUIRE(alone.qualities.size() == both[d].qualities.size());
    for (const std::string metric : {"ctr", "watch_per_user_day"})
      for (const StoppingRule rule : kStoppingRules) {
        const DesignQuality &a = quality(alone, metric, rule), &b = quality(both[d], metric, rule);
        CHECK(a.rejected.trials == b.rejected.trials);
        CHECK(a.rejected.hits == b.rejected.hits);
        CHECK((a.bias.mean == b.bias.mean || std::isnan(a.bias.mean)));
      }
  }
  CHECK(quality(both[0], "ctr", StoppingRule::FixedHorizon).bias.mean !=
        quality(both[1], "ctr", StoppingRule::FixedHorizon).bias.mean);
  struct StopAfter final : Observer {
    int left = 4;
    bool stop_requested() override { return left <= 0; }
  } stop;
  CHECK_THROWS_AS(power_studies(plans, folder / "stop.csv", false, &stop,
                                [&](std::size_t, std::size_t, const std::string&) { --stop.left; }),
                  Interrupted);
  power_studies(plans, folder / "stop.csv", true);
  CHECK(read_file(folder / "stop.csv") == read_file(folder / "whole.csv"));
  plans[1].design = plans[0].design;
  CHECK(error_of([&] { power_studies(plans, "", false); }).find("`assignment.unit=user` is given twice") != std::string::npos);
}

TEST_CASE("a design's text is read as sets, and commas within a value belong to it") {
  using Sets = std::vector<std::string>;
  CHECK(design_sets("assignment.unit=household") == Sets{"assignment.unit=household"});
  CHECK(design_sets("assignment.unit=household,days=7") == Sets{"assignment.unit=household", "days=7"});
  CHECK(design_sets("assignment.ramp=0:0.1, 2:1,days=7") == Sets{"assignment.ramp=0:0.1, 2:1", "days=7"});
  for (const char* text : {"", "household", ",days=7"})
    CHECK(error_of([&] { design_sets(text); }).find("is no KEY=VALUE") != std::string::npos);
  CHECK(error_of([&] { design_sets("days=7\ndays=8"); }).find("is one line") != std::string::npos);
}

TEST_CASE("a metric that cannot be judged in the time says so by having no trials") {
  const PowerResult r = power_study(small(PowerVary::World, 1), "", false);
  const DesignQuality& q = quality(r, "d7_retention", StoppingRule::FixedHorizon);
  CHECK(q.rejected.trials == 0);
  CHECK(std::isnan(q.rejected.value));
  CHECK(std::isnan(q.bias.mean));
}

}  // namespace feedloop
