#include "experiment/fleet_recorder.hpp"

#include "engine/fleet/fanout.hpp"
#include "engine/fleet/result_cache.hpp"
#include "experiment/simulation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

TEST_CASE("cache and queue are measured on the last two days, and on nothing before two days were seen") {
  const Scenario scenario =
      SmallScenario{.users = 120, .items = 120, .warmup_days = 1, .days = 3, .sets = {"fleet.cached_users=0.5"}}.make();
  const Study study(scenario);
  Simulation simulation(study);
  FleetRecorder recorder(study, SimTime{0});
  std::vector<Trace> whole(study.assignment.cells(), Trace{SimTime{0} + kDay, SimTime{0} + kDay * 3, {}});
  for (int day = 1; day <= 3; ++day) {
    while (simulation.now() < SimTime{0} + kDay * day)
      simulation.run_epoch({}, [&](std::span<const Interaction> pages) {
        recorder.add(pages);
        for (const Interaction& page : pages)
          if (page.request.time >= whole[page.cell].from) whole[page.cell].add(page);
      });
    recorder.end_day(simulation.now());
    for (const CellFleet& f : recorder.facts()) CHECK((f.requests > 0) == (day >= 2));
  }
  REQUIRE(recorder.facts().size() == whole.size());
  for (std::size_t c = 0; c < whole.size(); ++c) {
    const CellFleet& f = recorder.facts()[c];
    const auto fleet = study.cells[c].read<FleetParams>("fleet");
    const CacheLoad cache = load_cache(whole[c], fleet);
    const FanoutLoad queue = load_fanout(whole[c], fleet);
    CHECK(f.cell == study.cell_name(c));
    CHECK(f.requests == static_cast<std::int64_t>(whole[c].requests.size()));
    CHECK(f.hits > 0);
    CHECK(f.hits == cache.hits);
    CHECK(f.age_minutes == cache.age_minutes);
    CHECK(f.cached_users == 0.5);
    CHECK(f.load == queue.utilisation);
    CHECK(f.wait_s > 0);
    CHECK(f.wait_s == queue.mean_wait_s);
    CHECK(f.longest == queue.longest);
    CHECK(f.growth == queue.growth);
  }
}

TEST_CASE("a recorder that came in the middle of a day waits until it has seen two days") {
  const Scenario scenario = SmallScenario{.users = 120, .items = 120, .warmup_days = 1, .days = 3}.make();
  const Study study(scenario);
  Simulation simulation(study);
  while (simulation.now() < SimTime{0} + kHour * 6) simulation.run_epoch({}, [](std::span<const Interaction>) {});
  FleetRecorder recorder(study, simulation.now());
  for (int day = 1; day <= 3; ++day) {
    while (simulation.now() < SimTime{0} + kDay * day)
      simulation.run_epoch({}, [&](std::span<const Interaction> pages) { recorder.add(pages); });
    recorder.end_day(simulation.now());
    for (const CellFleet& f : recorder.facts()) CHECK((f.requests > 0) == (day == 3));
  }
}
