#include "experiment/analysis/sample_ratio.hpp"

#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a day on which treatment's units are lost is named, and the others stay healthy") {
  SyntheticRun run(3000, 4);
  for (std::size_t u = 0; u < run.users; ++u) {
    const int day = static_cast<int>(u % 3);
    if (day == 1 && run.variant(u) == 1 && u % 5 != 0) continue;  // four of five do not arrive
    run.watch(u, day + 0.5, 1);
  }
  const ExperimentReport report = run.analyse(4);
  REQUIRE(report.srm.front().scope == "all");
  int days = 0, devices = 0, tiers = 0;
  for (const SrmReport& s : report.srm) {
    INFO(s.scope);
    if (s.scope.starts_with("entered on day")) {
      ++days;
      CHECK((s.state == "unhealthy") == (s.scope == "entered on day 1"));
    }
    devices += s.scope.starts_with("device");
    tiers += s.scope.ends_with("users");
  }
  CHECK(days == 3);
  CHECK(devices == 3);
  CHECK(tiers == 1);  // all are new
}

TEST_CASE("many scopes do not cry wolf more often than one") {
  int alarms = 0;
  SyntheticRun run(2000, 8);
  for (int salt = 0; salt < 60; ++salt) {
    ExperimentTables tables(run.study);
    for (std::size_t u = 0; u < run.users; ++u) {
      const auto cell = static_cast<std::uint32_t>(bucket_of("salt " + std::to_string(salt), u) < kBuckets / 2);
      const Interaction page = TinyPage{.user = u,
                                        .time = run.study.t0 + from_seconds(86400 * (static_cast<double>(u % 7) + 0.5)),
                                        .items = {0},
                                        .outcomes = {},
                                        .cell = cell};
      tables.add(std::span(&page, 1), {});
    }
    for (const SrmReport& s : analyse(run.study, tables, 0, run.study.end, nullptr).srm) alarms += s.state == "unhealthy";
  }
  CHECK(alarms <= 3);  // expected 60 x 3 lists x 0.001 = 0.18; P(more than 3) < 1e-4
}
