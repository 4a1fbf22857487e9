#include "experiment/analysis/staying.hpp"

#include <cmath>

#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

const RetentionCurve& curve_of(const ExperimentReport& e, std::string_view variant) {
  for (const RetentionCurve& c : e.retention)
    if (c.variant == variant) return c;
  throw std::runtime_error("no such variant");
}

}  // namespace

TEST_CASE("who is active on a day is counted over the units that were followed to its end") {
  SyntheticRun run(200, 6);
  std::int64_t units = 0, late = 0;
  for (std::size_t u = 0; u < run.users; ++u) {
    const double entry = u % 8 == 7 ? 3.5 : 0;  // an eighth enters later and is followed for two whole days
    run.watch(u, entry, 1);
    if (u % 2 == 0) run.watch(u, entry + 1.2, 1);
    if (run.variant(u) == 0) ++(u % 8 == 7 ? late : units);
  }
  const ExperimentReport report = run.analyse(6);
  const RetentionCurve& c = curve_of(report, "control");
  REQUIRE(c.day.size() == 6);
  CHECK(c.value[0] == 1);
  CHECK(c.units[1] == static_cast<double>(units + late));
  CHECK(c.units[2] == static_cast<double>(units));
  CHECK(c.value[1] == Approx(0.5).margin(0.12));  // the even ones, whichever fell to control
  CHECK(c.low[1] < c.value[1]);
  CHECK(c.high[1] > c.value[1]);
  for (std::size_t d = 2; d < 6; ++d) CHECK(c.value[d] == 0);
}

TEST_CASE("the curve ends where those who are still followed are no longer those who entered") {
  SyntheticRun run(400, 6);
  for (std::size_t u = 0; u < run.users; ++u) {
    const bool early = u % 2 == 0;  // and comes every day; the others come once, half-way through
    for (int day = 0; day < (early ? 6 : 1); ++day) run.watch(u, (early ? 0 : 3.5) + day + 0.001, 1);
  }
  const ExperimentReport report = run.analyse(6);
  const RetentionCurve& c = curve_of(report, "control");
  CHECK(c.day == std::vector<double>{0, 1});
  CHECK(c.value[1] == Approx(0.5).margin(0.12));
}

TEST_CASE("a unit lapses after its last visit, if that was long enough ago to know") {
  SyntheticRun run(400, 10, {"analysis.lapse_days=3"});
  for (std::size_t u = 0; u < run.users; ++u) {
    const int stays = run.variant(u) == 1 ? 10 : 1 + static_cast<int>(u % 4);  // days; treatment never leaves
    for (int day = 0; day < stays; ++day) run.watch(u, day + 0.001, 1);
  }
  const ExperimentReport report = run.analyse(10.002);
  REQUIRE(report.survival.size() == 2);
  const SurvivalReport& control = report.survival[0];
  CHECK(control.lapse_days == 3);
  CHECK(control.day == std::vector<double>{1, 2, 3, 4});
  CHECK(control.value[0] == Approx(0.75).margin(0.08));
  CHECK(control.value[3] == 0);
  CHECK(report.survival[1].day.empty());  // nobody lapsed
  CHECK(control.p < 1e-10);
  CHECK(SyntheticRun(60, 2).analyse(2).survival.empty());
}
