#include <cmath>

#include "experiment/evaluation/evaluation.hpp"
#include "tests/experiment/claims/measure.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;
using namespace feedloop::testing;

TEST_CASE("towers by their negatives learn from the same pages and the claim's gain is the difference of their recalls") {
  const Scenario scenario = SmallScenario{.users = 120, .items = 250, .warmup_days = 2, .days = 2}.make();
  const NegativesRecall r = negatives_recall(scenario);
  CHECK(r.chance > 0.3);  // a hundred of at most 250 and the uploads
  CHECK(r.chance < 0.6);
  CHECK(r.unseen_share > 0);
  CHECK(r.unseen_share < 1);
  CHECK(r.tail_share > 0);
  CHECK(r.tail_share < 1);
  for (std::size_t m = 0; m < kNegatives.size(); ++m) {
    CHECK(r.all[m] > 0);
    CHECK(r.all[m] < 1);
    CHECK(r.unseen[m] != r.unseen[(m + 1) % kNegatives.size()]);
  }
  Claim page, plays;
  page.metric = "page";
  plays.metric = "plays";
  const auto gain = measure_all(
      scenario,
      {{"unseen_recall_gain", page}, {"unseen_recall_gain", plays}, {"wanted_recall_gain", page}, {"tail_recall_gain", page}});
  CHECK(gain[0] == r.unseen[2] - r.unseen[0]);
  CHECK(gain[1] == r.unseen[2] - r.unseen[1]);
  CHECK(gain[2] == r.all[2] - r.all[0]);
  CHECK(gain[3] == r.tail[2] - r.tail[0]);
}

TEST_CASE("where nobody has clicked towers have no recall and no number is made up") {
  const Scenario scenario =
      SmallScenario{.users = 1, .warmup_days = 0, .days = 1, .sets = {"world.choice.intercept=-20"}}.make();
  CHECK(std::isnan(negatives_recall(scenario).unseen[0]));
  const auto tables = evaluate_negatives(scenario, {.seeds = 1});
  CHECK(tables[0].note == "Nobody has clicked anything.");
  for (const auto& row : tables[0].rows)
    for (std::size_t c = 1; c < row.size(); ++c) CHECK(row[c] == "–");
}
