#include "experiment/bubble/twins.hpp"

#include <cstring>

#include "base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

Scenario small() { return SmallScenario{.users = 60, .items = 120, .sets = {"epoch_minutes=30"}}.make(); }

void check_same_truth(const Report& a, const Report& b) {
  REQUIRE(a.experiments.size() == b.experiments.size());
  CHECK(a.signature == b.signature);
  const auto &x = a.experiments[0].truth, &y = b.experiments[0].truth;
  REQUIRE(x.size() == y.size());
  REQUIRE_FALSE(x.empty());
  for (std::size_t i = 0; i < x.size(); ++i) {
    CHECK(x[i].metric == y[i].metric);
    const double p[] = {x[i].effect, x[i].se, x[i].bias, x[i].spill_on_treated, x[i].spill_on_control, x[i].sampling};
    const double q[] = {y[i].effect, y[i].se, y[i].bias, y[i].spill_on_treated, y[i].spill_on_control, y[i].sampling};
    CHECK(std::memcmp(p, q, sizeof p) == 0);
  }
}

struct Stages final : Observer {
  std::int64_t warm_up = 0, truth = 0;
  void on_progress(const Progress& p) override {
    warm_up += p.stage == RunStage::WarmUp;
    truth += p.stage == RunStage::Truth;
  }
};

}  // namespace

TEST_CASE("Twins give the truth of a run that was asked for it, with the warm-up run or taken over") {
  const Scenario scenario = small();
  const Report expected = run(scenario, {.truth = true});
  const auto warm = std::make_shared<WarmStart>();
  Stages cold, taken;
  check_same_truth(run_twins(scenario, warm, &cold).report, expected);
  CHECK(cold.warm_up > 0);
  REQUIRE(warm->bytes() != nullptr);
  const TwinResult second = run_twins(scenario, warm, &taken);
  check_same_truth(second.report, expected);
  CHECK(taken.warm_up == 0);
  CHECK(taken.truth == cold.truth);
  CHECK(second.bubble != nullptr);
}

TEST_CASE("The warm-up that a plain run leaves is the twins' own") {
  const Scenario scenario = small();
  const auto warm = std::make_shared<WarmStart>();
  WarmStartStore store(warm, scenario);
  RunOptions options;
  options.checkpoints = &store;
  const Report plain = run(scenario, options);
  CHECK(plain.signature == run(scenario).signature);
  Stages stages;
  check_same_truth(run_twins(scenario, warm, &stages).report, run(scenario, {.truth = true}));
  CHECK(stages.warm_up == 0);
}

TEST_CASE("The worlds of a run with its truth are one by variant and the mixed one") { CHECK(twin_worlds(small()) == 3); }

TEST_CASE("A true lift is the true effect over the size of control's value, and none without one") {
  ExperimentReport e;
  e.variants.push_back({"control", 0.5, 0, 0, 0, {{"ctr", 0.05, 0.001, 100}, {"zero", 0, 0, 100}, {"minus", -2, 0, 100}}});
  TruthReport t;
  t.effect = 0.005;
  t.metric = "ctr";
  CHECK(true_lift(e, t) == Approx(0.1));
  CHECK(std::isnan(true_lift_ci(e, t, 0.95).low));  // no error is known
  t.se = 0.001;
  CHECK(true_lift_ci(e, t, 0.95).low == Approx((0.005 - 1.959964 * 0.001) / 0.05).epsilon(1e-6));
  CHECK(true_lift_ci(e, t, 0.95).high == Approx((0.005 + 1.959964 * 0.001) / 0.05).epsilon(1e-6));
  t.metric = "minus";
  CHECK(true_lift(e, t) == Approx(0.0025));
  t.metric = "zero";
  CHECK(std::isnan(true_lift(e, t)));
  t.metric = "unknown";
  CHECK(std::isnan(true_lift(e, t)));
  CHECK(std::isnan(true_lift({}, t)));
}
