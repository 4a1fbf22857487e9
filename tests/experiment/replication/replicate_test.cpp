#include "experiment/replication/replicate.hpp"

#include "base/error.hpp"
#include "experiment/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

TEST_CASE("replicates are the runs of the seeds that follow, told one by one") {
  const Scenario scenario = SmallScenario{}.make();
  std::vector<std::size_t> told;
  const Replication r =
      replicate(scenario, 3, nullptr, [&](const Replication& so_far) { told.push_back(so_far.seeds.size()); });
  CHECK(told == std::vector<std::size_t>{1, 2, 3});
  REQUIRE(r.seeds.size() == 3);
  CHECK(r.variant == "treatment");
  for (std::uint64_t i = 0; i < 3; ++i) CHECK(r.seeds[i].seed == scenario.seed() + i);
  const SeedResult second = seed_result(run(SmallScenario{.sets = {"seed=43"}}.make()));
  CHECK(r.seeds[1].lift == second.lift);
  CHECK(r.lift.mean == Approx((r.seeds[0].lift + r.seeds[1].lift + r.seeds[2].lift) / 3));
  CHECK(r.better + r.worse + r.other == 3);
}

TEST_CASE("a report without data counts as no answer, and a stop is heard") {
  const Replication none = summed_up("b", {seed_result({}), seed_result({})});
  CHECK(none.other == 2);
  CHECK(none.lift.n == 0);
  CHECK(std::isnan(none.lift.mean));
  struct Stop final : Observer {
    bool stop_requested() override { return true; }
  } stop;
  CHECK_THROWS_AS(replicate(SmallScenario{}.make(), 2, &stop), Interrupted);
}
