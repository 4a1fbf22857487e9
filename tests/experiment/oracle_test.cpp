#include "experiment/oracle.hpp"

#include <cmath>

#include "experiment/analysis/analysis.hpp"
#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

// A user's only page: so many clicks on four impressions.
struct OnePage {
  std::uint64_t user;
  std::uint32_t cell;
  int clicks;
};

UnitTable world(const Study& study, std::initializer_list<OnePage> pages) {
  UnitTable table(study.world.population().users.size(), study.world.all_items().size(), 2);
  for (const OnePage& p : pages) {
    TinyPage page{.user = p.user, .time = study.t0 + kHour, .items = {0, 1, 2, 3}, .cell = p.cell};
    page.outcomes.assign(static_cast<std::size_t>(p.clicks), clicked(1));
    const Interaction all = page;
    table.add(std::span(&all, 1));
  }
  return table;
}

}  // namespace

TEST_CASE("bias is spillover on the treated less spillover on control and what the split adds") {
  const Scenario scenario = SmallScenario{.users = 20}.make();
  const Study study(scenario);
  // Users 0 and 1 are in control, 2 and 3 in treatment. CTR of four impressions each:
  //   mixed          (0 + 2) / 8 = 0.25 and (3 + 4) / 8 = 0.875, so the experiment says 0.625
  //   all control    (1 + 2 + 2 + 4) / 16 = 0.5625; of users 0 and 1 alone 3 / 8 = 0.375
  //   all treatment  (2 + 3 + 3 + 4) / 16 = 0.75; of users 2 and 3 alone 7 / 8 = 0.875
  const UnitTable mixed = world(study, {{0, 0, 0}, {1, 0, 2}, {2, 1, 3}, {3, 1, 4}});
  const UnitTable w0 = world(study, {{0, 0, 1}, {1, 0, 2}, {2, 0, 2}, {3, 0, 4}});
  const UnitTable w1 = world(study, {{0, 1, 2}, {1, 1, 3}, {2, 1, 3}, {3, 1, 4}});
  ExperimentReport report = analyse(study, mixed, 0, study.end, nullptr);
  add_truth(study, 0, {mixed}, {w0}, {w1}, 1, report);
  const TruthReport& ctr = report.truth.front();
  REQUIRE(ctr.metric == "ctr");
  CHECK(ctr.variant == "treatment");
  CHECK(ctr.effect == Approx(0.75 - 0.5625));
  CHECK(ctr.bias == Approx(0.625 - 0.1875));
  CHECK(ctr.spill_on_treated == Approx(0).margin(1e-15));
  CHECK(ctr.spill_on_control == Approx(0.25 - 0.375));
  // The treated would click more in any world: (0.875 - 0.75) - (0.375 - 0.5625).
  CHECK(ctr.sampling == Approx(0.3125));
}

TEST_CASE("without a unit in a variant its spillover is missing and not a number made up") {
  const Scenario scenario = SmallScenario{.users = 20}.make();
  const Study study(scenario);
  const UnitTable mixed = world(study, {{0, 0, 1}, {1, 0, 2}}), w1 = world(study, {{0, 1, 2}, {1, 1, 2}});
  ExperimentReport report = analyse(study, mixed, 0, study.end, nullptr);
  add_truth(study, 0, {mixed}, {mixed}, {w1}, 1, report);
  const TruthReport& ctr = report.truth.front();
  CHECK(ctr.effect == Approx(0.5 - 0.375));
  CHECK(std::isnan(ctr.spill_on_treated));
  CHECK(ctr.spill_on_control == 0);
  CHECK(std::isnan(ctr.bias));
  CHECK(std::isnan(ctr.sampling));
}
