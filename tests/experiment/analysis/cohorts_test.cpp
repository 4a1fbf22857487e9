#include "experiment/analysis/cohorts.hpp"

#include <cmath>

#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("cohorts count who came back by the day of entry, and leave small ones open") {
  SyntheticRun run(300, 6);
  std::int64_t early = 0, late = 0;
  for (std::size_t u = 0; u < run.users; ++u) {
    const bool second = u % 10 == 9;  // a tenth enters on day 2: too few of control to give a value
    const double entry = second ? 2.5 : 0.5;
    run.watch(u, entry, 1);
    if (u % 2 == 0 && !second) run.watch(u, entry + 1.2, 1);
    if (run.variant(u) == 0) ++(second ? late : early);
  }
  const ExperimentReport report = run.analyse(6);
  REQUIRE(report.cohorts.size() == 2);
  const CohortReport& c = report.cohorts[0];
  CHECK(c.variant == "control");
  REQUIRE(c.entered.size() == 6 * 7 / 2);
  for (std::size_t i = 0; i < c.entered.size(); ++i) {
    const std::int64_t of_day = c.entered[i] == 0 ? early : c.entered[i] == 2 ? late : 0;
    // Who entered at noon has lived a whole day less by the end.
    const bool over = c.entered[i] + c.since[i] + 1.5 <= 6;
    CHECK(c.units[i] == static_cast<double>(over ? of_day : 0));
    CHECK(std::isnan(c.value[i]) == (c.units[i] < kLeastCohort));
    if (c.entered[i] != 0 || !over) continue;
    if (c.since[i] == 0) CHECK(c.value[i] == 1);
    if (c.since[i] == 1) {
      CHECK(c.value[i] == Approx(0.55).margin(0.15));  // five of nine
      CHECK(c.low[i] < c.value[i]);
      CHECK(c.high[i] > c.value[i]);
    }
    if (c.since[i] > 1) CHECK(c.value[i] == 0);
  }
  CHECK(run.analyse(0.5).cohorts.empty());
}

TEST_CASE("watch time is spread over units by quantiles that rise, where there are enough of them") {
  SyntheticRun run(200, 4);
  for (std::size_t u = 0; u < run.users; ++u) run.watch(u, 0, 1 + 10 * scatter(u, 1));
  const ExperimentReport report = run.analyse(2);
  REQUIRE(report.distributions.size() == 2);
  for (const DistributionReport& d : report.distributions) {
    REQUIRE(d.level.size() == 101);
    CHECK(std::is_sorted(d.value.begin(), d.value.end()));
    CHECK(d.level.front() == 0);
    CHECK(d.level.back() == 1);
    CHECK(d.value.back() / d.value.front() > 3);
    CHECK(d.units > 60);
  }
  const ExperimentReport none = SyntheticRun(200, 4).analyse(2);
  for (const DistributionReport& d : none.distributions) CHECK(d.level.empty());
}
