#include "experiment/claims/quantity.hpp"

#include <cmath>
#include <cstring>
#include <set>

#include "base/parallel.hpp"
#include "base/registry.hpp"
#include "experiment/simulation.hpp"
#include "tests/experiment/claims/measure.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;
using namespace feedloop::testing;

TEST_CASE("quantities have names and sentences of their own") {
  std::set<std::string_view> names;
  for (const Quantity& q : quantity_registry()) {
    INFO(q.name);
    CHECK(names.insert(q.name).second);
    CHECK(q.doc.ends_with('.'));
  }
}

TEST_CASE("watching changes nothing and any number of threads gives the same numbers") {
  const Scenario scenario = SmallScenario{.sets = {"engine.budget.simulate=true"}}.make();
  const std::string unwatched = run(scenario).signature;
  std::vector<double> values[2];
  for (const int threads : {1, 3}) {
    set_threads(threads);
    const Claim claim;
    std::vector<std::unique_ptr<Probe>> probes;
    RunOptions watched;
    for (const Quantity& q : quantity_registry()) {
      if (q.of_metric || q.own_worlds) continue;
      probes.push_back(q.make(claim, "treatment"));
      watched.watchers.push_back(probes.back().get());
    }
    const Report report = run(scenario, watched);
    CHECK(report.signature == unwatched);
    for (const auto& probe : probes) values[threads / 2].push_back(probe->value(report));
  }
  set_threads(0);
  CHECK(std::memcmp(values[0].data(), values[1].data(), values[0].size() * sizeof(double)) == 0);
}

TEST_CASE("utility of a null treatment is the control's to the bit") {
  const auto minutes = measure_all(SmallScenario{.treatment = ""}.make(), {{"utility"}, {"utility", {}, "treatment"}});
  CHECK(minutes[0] > 0);
  CHECK(minutes[1] == minutes[0]);  // the same requests, whoever they were served to
}

TEST_CASE("an outage opens the breaker within an epoch and its requests are the ones judged") {
  const Scenario scenario =
      SmallScenario{.users = 300,
                    .treatment = "engine.budget.store.outage_from_days = 1.5\nengine.budget.store.outage_minutes = 60\n",
                    .sets = {"engine.budget.simulate=true"}}
          .make();
  Claim down, healthy;
  down.variant = "treatment";
  healthy.variant = "control";
  const auto x = measure_all(scenario, {{"breaker_minutes", down, "treatment"},
                                        {"breaker_minutes", down, "control"},
                                        {"recovery_minutes", down, "treatment"},
                                        {"outage_utility", down, "control"},
                                        {"outage_utility", down, "treatment"},
                                        {"outage_utility", healthy, "treatment"}});
  CHECK(x[0] <= 60);
  CHECK(std::isnan(x[1]));
  CHECK(x[2] <= 15);
  CHECK(x[3] > 0);
  CHECK(x[4] != x[3]);
  CHECK(std::isnan(x[5]));  // nothing is down there
}

TEST_CASE("the fleet's keys of a claim are its own") {
  Claim one_shard, no_lists;
  one_shard.overrides = {{"fleet.shards", std::int64_t{1}}};
  no_lists.overrides = {{"fleet.precomputed_share", 0.0}};
  const auto x = measure_all(SmallScenario{}.make(), {{"hot_shard_ratio", one_shard},
                                                      {"hot_shard_ratio"},
                                                      {"visible_ratio", one_shard},
                                                      {"visible_gap_s"},
                                                      {"precompute_loss", no_lists},
                                                      {"precompute_saving", no_lists}});
  CHECK(x[0] == 1);
  CHECK(x[1] > 1);
  CHECK(x[2] == 1);
  CHECK(x[3] == 0);
  CHECK(x[4] == 0);
  CHECK(x[5] == 0);
}

TEST_CASE("replicas agree outside of an update and not while one goes on") {
  Claim slow;
  slow.overrides = {{"fleet.update_minutes", 600.0}};
  const auto overlap = measure_all(SmallScenario{.users = 300, .warmup_days = 2}.make(),
                                   {{"replica_overlap_outside", slow}, {"replica_overlap", slow}});
  CHECK(overlap[0] == 1);
  CHECK(overlap[1] > 0);
  CHECK(overlap[1] < 1);
}
