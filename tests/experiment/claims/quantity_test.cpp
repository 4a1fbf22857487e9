#include "experiment/claims/quantity.hpp"

#include <cmath>
#include <cstring>
#include <set>

#include "base/parallel.hpp"
#include "base/registry.hpp"
#include "experiment/simulation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

double measure(const Scenario& scenario, std::string_view quantity, Claim claim = {}, std::string_view variant = {}) {
  const auto probe = find_entry(quantity_registry(), quantity)->make(claim, variant);
  RunOptions options;
  options.watchers.push_back(probe.get());
  return probe->value(run(scenario, options));
}

}  // namespace

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
      if (q.of_metric) continue;
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
  const Scenario null = SmallScenario{.treatment = ""}.make();
  const double control = measure(null, "utility");
  CHECK(control > 0);
  CHECK(measure(null, "utility", {}, "treatment") == control);  // the same requests, whoever they were served to
}

TEST_CASE("an outage opens the breaker within an epoch and its requests are the ones judged") {
  SmallScenario small{.users = 400,
                      .treatment = "engine.budget.store.outage_from_days = 1.5\nengine.budget.store.outage_minutes = 60\n"};
  small.sets = {"engine.budget.simulate=true"};
  const Scenario scenario = small.make();
  Claim claim;
  claim.variant = "treatment";
  CHECK(measure(scenario, "breaker_minutes", claim, "treatment") <= 60);
  CHECK(std::isnan(measure(scenario, "breaker_minutes", claim, "control")));
  CHECK(measure(scenario, "recovery_minutes", claim, "treatment") <= 15);
  const double healthy = measure(scenario, "outage_utility", claim, "control");
  CHECK(healthy > 0);
  CHECK(measure(scenario, "outage_utility", claim, "treatment") != healthy);
  claim.variant = "control";  // nothing is down there
  CHECK(std::isnan(measure(scenario, "outage_utility", claim, "treatment")));
}

TEST_CASE("the fleet's keys of a claim are its own") {
  const Scenario scenario = SmallScenario{}.make();
  Claim claim;
  claim.overrides = {{"fleet.shards", std::int64_t{1}}};
  CHECK(measure(scenario, "hot_shard_ratio", claim) == 1);
  CHECK(measure(scenario, "hot_shard_ratio") > 1);
  CHECK(measure(scenario, "visible_ratio", claim) == 1);
  CHECK(measure(scenario, "visible_gap_s") == 0);
  claim.overrides = {{"fleet.precomputed_share", 0.0}};
  CHECK(measure(scenario, "precompute_loss", claim) == 0);
  CHECK(measure(scenario, "precompute_saving", claim) == 0);
}

TEST_CASE("replicas agree outside of an update and not while one goes on") {
  const Scenario scenario = SmallScenario{.users = 300, .warmup_days = 2}.make();
  Claim claim;
  claim.overrides = {{"fleet.update_minutes", 600.0}};
  CHECK(measure(scenario, "replica_overlap_outside", claim) == 1);
  const double during = measure(scenario, "replica_overlap", claim);
  CHECK(during > 0);
  CHECK(during < 1);
}
