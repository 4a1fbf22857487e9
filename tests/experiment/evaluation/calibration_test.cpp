#include "experiment/evaluation/evaluation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

TEST_CASE("calibration speaks of the heads that some variant's objective weighs and of no other", "[slow]") {
  const auto tables = evaluate_calibration(SmallScenario{.users = 400, .warmup_days = 2, .days = 2}.make(), {.seeds = 1});
  for (const EvaluationTable& table : tables) {
    REQUIRE(table.rows.size() == 2);
    CHECK(table.rows[0][0] == "click");
    CHECK(table.rows[1][0] == "completion");
  }
}
