#include "experiment/analysis/power_reached.hpp"

#include <cmath>

#include "stats/tails.hpp"
#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("power, smallest lift and days to come follow from the error of the lift") {
  SyntheticRun run(400, 8, {"analysis.tau_lift=0.03", "analysis.decision=watch_per_user_day", "analysis.guardrails=ctr"});
  for (std::size_t u = 0; u < run.users; ++u) run.watch(u, 0, 10 + 10 * scatter(u, 0));
  const ExperimentReport report = run.analyse(4);
  const PowerReached& p = of_metric(report.power, "watch_per_user_day");
  const double se = lift_se(report, "watch_per_user_day");
  CHECK(p.lift == 0.03);
  CHECK(p.power == Approx(normal_sf(1.95996 - 0.03 / se) + normal_sf(1.95996 + 0.03 / se)).margin(2e-3));
  CHECK(p.smallest == Approx((1.95996 + 0.84162) * se).epsilon(2e-3));
  const double times = std::pow(p.smallest / 0.03, 2);  // of the information there is
  CHECK(p.more_days == Approx(4 * std::max(0.0, times - 1)).margin(0.05));
}

TEST_CASE("several decisions share the level and too few units have no power to speak of") {
  SyntheticRun run(400, 8, {"analysis.min_units=100"});
  for (std::size_t u = 0; u < run.users; ++u) run.watch(u, 0, 10 + 10 * scatter(u, 0));
  const ExperimentReport shared = run.analyse(4);
  const double se = lift_se(shared, "watch_per_user_day");
  CHECK(of_metric(shared.power, "watch_per_user_day").smallest == Approx((2.24140 + 0.84162) * se).epsilon(2e-3));
  SyntheticRun few(20, 8, {"analysis.min_units=100"});
  for (std::size_t u = 0; u < few.users; ++u) few.watch(u, 0, 10 + 10 * scatter(u, 0));
  CHECK(std::isnan(of_metric(few.analyse(4).power, "watch_per_user_day").power));
}
