#include <map>
#include <string>

#include "experiment/evaluation/evaluation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

TEST_CASE("an upload waits for the night where items are published nightly and hours where they are injected", "[slow]") {
  SmallScenario small{.users = 600, .items = 600, .warmup_days = 2, .days = 6};
  small.sets = {"world.items.arrivals_per_day=0.05"};
  const auto tables = evaluate_first_impression(small.make(), {.seeds = 1});
  std::map<std::string, std::vector<std::string>> all, afternoon;
  for (const auto& row : tables.at(0).rows) all[row[0]] = row;
  for (const auto& row : tables.at(1).rows) afternoon[row[0]] = row;
  const auto number = [](const std::string& cell) { return cell.starts_with("over") ? 1e9 : std::stod(cell); };
  const auto &nightly = all.at("nightly publication only"), &injected = all.at("injection: pool and one slot"),
             &incremental = all.at("incremental: pool after 15 min"), &online = all.at("online embedding");
  REQUIRE(std::stod(nightly[1]) > 80);
  // Before its night nothing nominates an upload: exactly none, and the other ways do not wait.
  CHECK(number(nightly[5]) == 0);
  for (const auto* way : {&injected, &incremental, &online}) CHECK(number((*way)[5]) > 0);
  // Half of some hundred uploads: the medians are days and hours.
  CHECK(number(nightly[2]) > 2 * number(injected[2]));
  CHECK(number(nightly[2]) > number(incremental[2]));
  // At three in the afternoon the training at three is twelve hours away.
  const auto& wait = afternoon.at("nightly publication only");
  if (wait[2] != "–") {
    CHECK(std::stod(wait[2]) == Approx(12).margin(0.5));
    CHECK(number(wait[3]) >= std::stod(wait[2]));
  }
}
