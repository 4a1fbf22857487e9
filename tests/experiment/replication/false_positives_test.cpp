#include "experiment/replication/false_positives.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

const auto kAll = [](const FalsePositives&) { return true; };

const FalsePositiveRate& rate_of(const FalsePositives& all, std::string_view rule) {
  return *std::ranges::find(all.rates, rule, &FalsePositiveRate::rule);
}

}  // namespace

TEST_CASE("peeking cries wolf more often than its level, and rules that allow for looks do not") {
  const Scenario scenario = SmallScenario{.users = 500, .items = 150, .warmup_days = 1, .days = 7}.make();
  const NullExperiments experiments(scenario, 0, nullptr);
  CHECK(experiments.deals());
  CHECK(experiments.method().find("users are dealt out") != std::string::npos);
  std::vector<std::int64_t> told;
  const FalsePositives all = experiments.measure("ctr", 1, 400, [&](const FalsePositives& f) {
    told.push_back(f.done);
    return true;
  });
  CHECK(all.done == 400);
  CHECK(std::is_sorted(told.begin(), told.end()));
  CHECK(told.size() == 50);
  const MeasuredShare peeking = rate_of(all, "daily_peeking").stopped, fixed = rate_of(all, "fixed_horizon").stopped,
                      valid = rate_of(all, "always_valid").stopped;
  CHECK(peeking.trials == 400);
  CHECK(peeking.hits > fixed.hits);  // whoever stops at the end has been stopped before or then
  CHECK(peeking.ci.low > 0.05);      // about 0.15 at seven looks: fails with probability below 1e-6
  CHECK(fixed.value < 0.09);         // 0.05 of 400: beyond with probability below 1e-3
  CHECK(valid.value < 0.09);
  CHECK(valid.ci.low <= valid.value);

  SECTION("the first n of them are the same however many are asked for, on any number of threads") {
    const FalsePositives few = experiments.measure("ctr", 1, 16, kAll);
    int at_16 = -1;
    experiments.measure("ctr", 1, 400, [&](const FalsePositives& f) {
      if (f.done == 16) at_16 = static_cast<int>(rate_of(f, "daily_peeking").stopped.hits);
      return f.done < 16;
    });
    CHECK(at_16 == rate_of(few, "daily_peeking").stopped.hits);
    set_threads(1);
    const FalsePositives alone = experiments.measure("ctr", 1, 16, kAll);
    set_threads(0);
    for (std::size_t r = 0; r < 5; ++r) CHECK(alone.rates[r].stopped.hits == few.rates[r].stopped.hits);
  }
  SECTION("it can be stopped") {
    CHECK(experiments.measure("ctr", 1, 400, [](const FalsePositives&) { return false; }).done == 8);
  }
}

TEST_CASE("too few units give no trials, and interleaving has nothing to peek at") {
  const Scenario small =
      SmallScenario{.users = 30, .items = 60, .warmup_days = 0, .days = 2, .sets = {"analysis.min_units=500"}}.make();
  const FalsePositives none = NullExperiments(small, 0, nullptr).measure("ctr", 1, 8, kAll);
  CHECK(none.done == 8);
  for (const FalsePositiveRate& r : none.rates) CHECK(r.stopped.trials == 0);
  const Scenario interleaved =
      SmallScenario{.users = 30, .items = 60, .warmup_days = 0, .days = 1, .sets = {"assignment.design=interleaving"}}.make();
  CHECK_THROWS_AS(NullExperiments(interleaved, 0, nullptr), Error);
}

TEST_CASE("a switchback lives a world for every experiment, and households are dealt out whole") {
  const Scenario switchback = SmallScenario{.users = 60,
                                            .items = 60,
                                            .warmup_days = 0,
                                            .days = 2,
                                            .sets = {"assignment.design=switchback", "assignment.unit=region"}}
                                  .make();
  const NullExperiments worlds(switchback, 0, nullptr);
  CHECK_FALSE(worlds.deals());
  const FalsePositives two = worlds.measure("ctr", 1, 2, kAll);
  CHECK(two.done == 2);
  const Scenario households =
      SmallScenario{.users = 200, .items = 60, .warmup_days = 0, .days = 2, .sets = {"assignment.unit=household"}}.make();
  const NullExperiments dealt(households, 0, nullptr);
  CHECK(dealt.method().find("households are dealt out") != std::string::npos);
  CHECK(rate_of(dealt.measure("ctr", 1, 8, kAll), "fixed_horizon").stopped.trials == 8);
}
