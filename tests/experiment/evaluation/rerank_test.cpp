#include <cmath>
#include <map>
#include <string>

#include "experiment/evaluation/evaluation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

TEST_CASE("the re-ranking table shows that diversity is bought where it is asked for", "[slow]") {
  const Scenario scenario = SmallScenario{.users = 300, .items = 600, .warmup_days = 2, .days = 2}.make();
  const auto tables = evaluate_rerank(scenario, {.seeds = 2});
  const EvaluationTable& table = tables.at(0);
  std::map<std::string, std::map<std::string, double>> cell;  // the number before the interval
  for (const auto& row : table.rows) {
    REQUIRE(row.size() == table.columns.size());
    for (std::size_t c = 1; c < row.size(); ++c) cell[row[0]][table.columns[c]] = std::stod(row[c]);
  }
  REQUIRE(cell.size() == 7);
  CHECK(cell["scores alone"]["clicks; %"] > 500);
  CHECK(cell["scores alone"]["coverage"] > 0.1);
  // About a thousand slates a world: a slate's distance and entropy have means with standard errors near 0.005 and 0.01.
  CHECK(cell["mmr, lambda 0.6"]["distance in a slate"] > 0.01);
  CHECK(cell["mmr, lambda 0.6"]["distance in a slate"] > cell["mmr, lambda 0.85"]["distance in a slate"]);
  CHECK(cell["rules"]["category entropy, nats"] > 0.1);
  CHECK(cell["mmr 0.85 and rules"]["category entropy, nats"] > 0.1);
  // On the same requests with the same models: what is shown for its own sake costs clicks.
  REQUIRE(tables.at(1).rows.size() == 6);
  for (const auto& row : tables.at(1).rows) {
    INFO(row[0] << ": " << row[1]);
    CHECK(std::fabs(std::stod(row[1])) < 20);
  }
}
