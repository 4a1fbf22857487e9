#include "experiment/analysis/bootstrap.hpp"

#include <cmath>

#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

ExperimentReport with(std::vector<std::string> sets) {
  SyntheticRun run(400, 4, std::move(sets));
  for (std::size_t u = 0; u < run.users; ++u) run.watch(u, 0, 10 + 10 * scatter(u, 0) + (run.variant(u) == 1 ? 1 : 0));
  return run.analyse(2);
}

}  // namespace

TEST_CASE("resampling gives nearly the same interval of a lift where the normal holds, and nothing unless asked") {
  const ExperimentReport asked = with({"analysis.bootstrap=2000"}), plain = with({});
  const EffectReport& e = of_metric(asked.effects, "watch_per_user_day");
  const double width = e.lift_ci.high - e.lift_ci.low;
  CHECK(e.bootstrap.low == Approx(e.lift_ci.low).margin(0.1 * width));
  CHECK(e.bootstrap.high == Approx(e.lift_ci.high).margin(0.1 * width));
  CHECK(std::isnan(of_metric(asked.effects, "ctr").bootstrap.low));  // does not decide
  CHECK(std::isnan(of_metric(plain.effects, "watch_per_user_day").bootstrap.low));
  const EffectReport& again = of_metric(with({"analysis.bootstrap=2000"}).effects, "watch_per_user_day");
  CHECK(again.bootstrap.low == e.bootstrap.low);
}

TEST_CASE("the interval of a lift holds 0 exactly where that of the difference does") {
  // Control is noisy enough for the delta method's to differ: about one lift in forty lies between the two.
  int held = 0, not_held = 0;
  for (int d = -40; d <= 40; ++d) {
    SyntheticRun run(60, 4);
    for (std::size_t u = 0; u < run.users; ++u) run.watch(u, 0, 10 + 15 * scatter(u, 0) + (run.variant(u) == 1 ? 0.25 * d : 0));
    const ExperimentReport report = run.analyse(2);
    const EffectReport& e = of_metric(report.effects, "watch_per_user_day");
    const bool zero = e.ci.low <= 0 && 0 <= e.ci.high;
    CHECK(zero == (e.lift_ci.low <= 0 && 0 <= e.lift_ci.high));
    CHECK(e.lift_ci.low < e.lift);
    CHECK(e.lift_ci.high > e.lift);
    ++(zero ? held : not_held);
  }
  CHECK(held > 5);
  CHECK(not_held > 5);
}

TEST_CASE("a share of events has a design effect: what users' sameness costs") {
  // Half of the users click on all of their ten pages, half on none: one user is one event.
  SyntheticRun run(400, 4);
  for (std::size_t u = 0; u < run.users; ++u)
    for (int page = 0; page < 10; ++page) run.watch(u, 0.01 * page, u % 2 == 0 ? 1 : 0);
  const ExperimentReport report = run.analyse(2);
  for (const MetricValue& m : report.variants[0].metrics)
    if (m.name == "ctr")
      CHECK(m.design_effect == Approx(10).epsilon(0.02));
    else if (m.name == "watch_per_user_day" || m.name == "d1_retention")
      CHECK(std::isnan(m.design_effect));
}
