#include "experiment/analysis/adjusted.hpp"

#include <cmath>

#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

SyntheticRun people(double noise, std::vector<std::string> sets = {}) {
  SyntheticRun run(400, 8, std::move(sets));
  for (std::size_t u = 0; u < run.users; ++u) {
    const double habit = 10 + 50 * scatter(u, 0);
    run.watch(u, -3, habit);
    run.watch(u, 0, 0);
    run.watch(u, 1, habit + noise * scatter(u, 1) + (run.variant(u) == 1 ? 2 : 0));
  }
  return run;
}

}  // namespace

TEST_CASE("the adjusted effect is that of the textbook") {
  const SyntheticRun run = people(20);
  const ExperimentReport report = run.analyse(4);
  const AdjustedEffect& a = of_metric(report.adjusted, "watch_per_user_day");
  // Y and X per day: four days now, six before.
  double n[2] = {}, x[2] = {}, y[2] = {}, xx[2] = {}, xy[2] = {}, yy[2] = {};
  for (std::size_t u = 0; u < run.users; ++u) {
    const std::size_t v = run.variant(u);
    const double habit = 10 + 50 * scatter(u, 0), before = habit / 6,
                 now = (habit + 20 * scatter(u, 1) + 2.0 * static_cast<double>(v)) / 4;
    n[v] += 1;
    x[v] += before;
    y[v] += now;
    xx[v] += before * before;
    xy[v] += before * now;
    yy[v] += now * now;
  }
  double cov[2], var[2], var_y[2];
  for (int v = 0; v < 2; ++v) {
    cov[v] = (xy[v] - x[v] * y[v] / n[v]) / (n[v] - 1);
    var[v] = (xx[v] - x[v] * x[v] / n[v]) / (n[v] - 1);
    var_y[v] = (yy[v] - y[v] * y[v] / n[v]) / (n[v] - 1);
  }
  // One theta; pages land a few microseconds beside whole days, which the tolerance allows for.
  const double theta = (cov[0] + cov[1]) / (var[0] + var[1]);
  const double effect = y[1] / n[1] - y[0] / n[0] - theta * (x[1] / n[1] - x[0] / n[0]);
  double variance = 0;
  for (int v = 0; v < 2; ++v) variance += (var_y[v] - 2 * theta * cov[v] + theta * theta * var[v]) / n[v];
  CHECK(a.effect == Approx(effect).epsilon(1e-3));
  CHECK(a.se == Approx(std::sqrt(variance)).epsilon(1e-3));
  CHECK(a.covariate == "watch_per_user_day");
  CHECK(a.variance_removed == Approx(a.correlation * a.correlation).margin(0.03));
  CHECK(a.variance_removed > 0.7);
  const EffectReport& plain = of_metric(report.effects, "watch_per_user_day");
  CHECK(a.se < 0.6 * plain.se);
  CHECK(a.ci.low < 0.5);
  CHECK(a.ci.high > 0.5);  // the planted effect, 2 minutes in 4 days
  CHECK(of_metric(report.adjusted, "d7_retention").covariate == "active_days");
}

TEST_CASE("without a warm-up there is no past to adjust by") {
  SyntheticRun run(60, 4, {}, 0);
  for (std::size_t u = 0; u < run.users; ++u) run.watch(u, 0, 1 + scatter(u, 0));
  const ExperimentReport report = run.analyse(2);
  CHECK(report.adjusted.empty());
  CHECK(report.tiers.empty());
  CHECK(report.tier_summaries.empty());
}

TEST_CASE("a past in which nobody did anything adjusts nothing") {
  SyntheticRun run(200);
  for (std::size_t u = 0; u < run.users; ++u) run.watch(u, 0.5, 1 + scatter(u, 0));
  const ExperimentReport report = run.analyse(4);
  const AdjustedEffect& a = of_metric(report.adjusted, "watch_per_user_day");
  const EffectReport& plain = of_metric(report.effects, "watch_per_user_day");
  CHECK((std::isnan(a.effect) || a.effect == Approx(plain.effect)));
  CHECK_FALSE(a.variance_removed > 1e-9);
}

TEST_CASE("a regression on a past in which nobody did anything is not enough data") {
  SyntheticRun run(200, 8, {"analysis.adjustment=regression"});
  for (std::size_t u = 0; u < run.users; ++u) run.watch(u, 0.5, 1 + scatter(u, 0));
  const ExperimentReport report = run.analyse(4);
  const AdjustedEffect& a = of_metric(report.adjusted, "watch_per_user_day");
  CHECK(a.state == "not enough data");
  CHECK(std::isnan(a.effect));
  CHECK(std::isnan(a.p));
  CHECK(std::isnan(a.variance_removed));
  CHECK_FALSE(std::isnan(of_metric(report.effects, "watch_per_user_day").effect));
}
