#include "experiment/claims/engine_quantities.hpp"

#include <cmath>

#include "base/registry.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/evaluation/index_study.hpp"
#include "experiment/simulation.hpp"
#include "tests/experiment/claims/measure.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;
using namespace feedloop::testing;

TEST_CASE("one definition has no skew and counting since midnight has") {
  const Scenario scenario = SmallScenario{.users = 400,
                                          .days = 3,
                                          .treatment =
                                              "engine.features.serving_window = \"calendar\"\n"
                                              "engine.features.serving_days = 1\n",
                                          .sets = {"engine.training.rows=recomputed"}}
                                .make();
  CHECK(measure(scenario, {"largest_psi"}, "control")[0] == 0);
  const auto x = measure(scenario, {"largest_psi", "nightly_auc"});
  CHECK(x[0] > 0.1);
  CHECK(x[1] > 0.5);
  CHECK(x[1] < 1);
}

TEST_CASE("counters know of a page within an epoch of its end") {
  for (const char* minutes : {"5", "30"}) {
    const auto scenario = SmallScenario{.days = 1, .sets = {std::string("epoch_minutes=") + minutes}}.make();
    const double lag = measure(scenario, {"feature_lag_min"})[0];
    CHECK(lag > 0);
    CHECK(lag <= std::stod(minutes));
  }
}

TEST_CASE("a staged release takes the hours of its stages and its canary has its share") {
  const Scenario scenario = SmallScenario{.users = 400,
                                          .days = 3,
                                          .sets = {"engine.release.mode=staged", "engine.release.canary_share=0.2",
                                                   "engine.release.canary_hours=6", "engine.release.gate_z=10"}}
                                .make();
  const auto x = measure(scenario, {"release_hours", "canary_share"}, "control");
  CHECK(x[0] == Approx(13.0).margin(0.2));  // 1 + 6 + 6, each to an epoch
  CHECK(x[1] > 0.02);                       // a fifth of some sixty users who come, by their pages: five standard errors
  CHECK(x[1] < 0.45);
  const auto none = measure(SmallScenario{}.make(), {"release_hours", "canary_share"});
  CHECK(std::isnan(none[0]));
  CHECK(std::isnan(none[1]));
}

TEST_CASE("exact search finds all of what it finds and missed candidates cost the more the more are missed") {
  const Scenario scenario = SmallScenario{.users = 300,
                                          .treatment = "engine.retrieval.two_tower.index = \"exact\"\n",
                                          .sets = {"engine.value.click=0", "engine.value.watch=1"}}
                                .make();
  const auto x = measure(scenario, {"index_recall", "missed_5_utility_loss", "missed_20_utility_loss"});
  CHECK(x[0] == 1);
  CHECK(x[1] < x[2]);
  CHECK(x[2] < 0.5);
}

TEST_CASE("slates keep their rules and the count finds a page that broke one") {
  const Scenario scenario = SmallScenario{}.make();
  CHECK(measure(scenario, {"slate_violations"})[0] == 0);

  // The same pages, but each shows its first item twice.
  struct Doubled final : WorldWatcher {
    SlateViolations probe;
    explicit Doubled(const Claim& claim) : probe(claim, "treatment") {}
    double pages_ = 0;
    void begin(const Study& study) override { probe.begin(study); }
    void pages(const Simulation& world, std::span<const Interaction> pages) override {
      std::vector<Interaction> broken(pages.begin(), pages.end());
      for (Interaction& page : broken) {
        if (page.slate.slots.size() < 2) continue;
        page.slate.slots[1].item = page.slate.slots[0].item;
        pages_ += page.cell == 1;
      }
      probe.pages(world, broken);
    }
  };
  const Claim claim;
  Doubled doubled(claim);
  RunOptions options;
  options.watchers.push_back(&doubled);
  const Report report = run(scenario, options);
  CHECK(doubled.probe.value(report) >= doubled.pages_);
}

TEST_CASE("a test stops on its day and one of a null treatment not before the end") {
  const Scenario harmful = SmallScenario{.users = 400, .days = 3, .treatment = "policy.name = \"random\"\n"}.make();
  const double day = measure(harmful, {"stop_day"}, "treatment", "watch_per_user_day")[0];
  CHECK(day >= 1);
  CHECK(day <= 3);
  CHECK(measure(SmallScenario{.users = 300, .days = 4, .treatment = ""}.make(), {"stop_day"}, "treatment",
                "watch_per_user_day")[0] == 4);
  CHECK(std::isnan(measure(harmful, {"stop_day"}, "treatment", "like_rate")[0]));
}

TEST_CASE("the quantities of evaluate's own worlds are what its functions say") {
  const Scenario scenario = SmallScenario{.users = 200, .days = 2}.make();
  const auto x = measure(scenario, {"crossover_clicks", "helpful_sources"});
  CHECK(x[0] == crossover_clicks(scenario));
  CHECK(x[1] == helpful_sources(scenario));
  CHECK(x[1] >= 0);
  CHECK(x[1] <= 1);
}

TEST_CASE("an inverted file saves products and finds nearly all on vectors like a factorisation's") {
  const IndexStudy small = study_index(SmallScenario{}.make(), 3000);
  CHECK(small.saving > 1);
  CHECK(small.recall > 0.9);
  CHECK(small.recall <= 1);
}
