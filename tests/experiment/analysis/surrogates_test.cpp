#include "experiment/analysis/surrogates.hpp"

#include <cmath>

#include "experiment/run.hpp"
#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Six days of past and eight of experiment: three days predict three. Who watches much comes back, in the past and now; the
// treatment makes more people watch much.
SyntheticRun people(double moved) {
  SyntheticRun run(600);
  for (std::size_t u = 0; u < run.users; ++u) run.watch(u, -5.5, 5 + 20 * scatter(u, 1));
  run.look(-3);
  for (std::size_t u = 0; u < run.users; ++u)
    if (scatter(u, 2) < 0.8 * scatter(u, 1)) run.watch(u, -2, 1);
  for (std::size_t u = 0; u < run.users; ++u) run.watch(u, 0.5, 5 + 20 * (scatter(u, 3) + (run.variant(u) == 1 ? moved : 0)));
  run.look(3);
  for (std::size_t u = 0; u < run.users; ++u)
    if (scatter(u, 4) < 0.8 * (scatter(u, 3) + (run.variant(u) == 1 ? moved : 0))) run.watch(u, 4, 1);
  run.look(6);
  return run;
}

}  // namespace

TEST_CASE("the index predicts who comes back before they do") {
  const SyntheticRun run = people(0.25);
  REQUIRE(run.study.horizon == kDay * 3);
  const ExperimentReport report = run.analyse(6);
  REQUIRE(report.surrogates.size() == 1);
  const SurrogateReport& r = report.surrogates[0];
  CHECK(r.days == 3);
  CHECK(r.r2 > 0.1);
  CHECK(r.predicted == Approx(0.8 * 0.25).margin(0.06));  // five standard errors of the fit and the draw
  CHECK(r.p < 1e-6);
  CHECK(std::fabs(r.observed - r.predicted) < 4 * std::hypot(r.se, r.observed_se));
  CHECK(std::isnan(r.truth));
  // Known on day 3 already, when nobody can have come back yet.
  const SyntheticRun early = people(0.25);
  const ExperimentReport then = early.analyse(3);
  CHECK(then.surrogates.at(0).predicted == Approx(r.predicted));
}

TEST_CASE("without a past of two days or before the first days are over there is no index") {
  SyntheticRun none(60, 4, {}, 0);
  for (std::size_t u = 0; u < none.users; ++u) none.watch(u, 0, 1);
  CHECK(none.analyse(3).surrogates.empty());
  CHECK(SyntheticRun(60, 4, {}, 1).study.horizon.us == 0);
  CHECK(people(0).analyse(2).surrogates.empty());
}

TEST_CASE("true worlds say whether the index was right, and a treatment that changes nothing has a truth of zero") {
  const Scenario scenario = SmallScenario{.users = 300, .warmup_days = 4, .days = 4, .treatment = ""}.make();
  const Report report = run(scenario, {.truth = true});
  const SurrogateReport& r = report.experiments[0].surrogates.at(0);
  CHECK(r.days == 2);
  CHECK(r.truth == 0);
  CHECK_FALSE(std::isnan(r.predicted));
  CHECK(std::fabs(r.predicted) < 5 * r.se);
}
