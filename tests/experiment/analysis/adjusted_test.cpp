#include "experiment/analysis/adjusted.hpp"

#include <cmath>
#include <map>

#include "base/distributions.hpp"
#include "stats/cuped.hpp"
#include "stats/proportion.hpp"
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
  CHECK(a.method == "cuped");
  CHECK(a.state == "ok");
}

TEST_CASE("the effect adjusted by regression has each variant's own slope") {
  const SyntheticRun run = people(20, {"analysis.adjustment=regression"});
  const ExperimentReport report = run.analyse(4);
  const AdjustedEffect& a = of_metric(report.adjusted, "watch_per_user_day");
  std::vector<double> x[2], y[2];
  double centre = 0;
  for (std::size_t u = 0; u < run.users; ++u) {
    const double habit = 10 + 50 * scatter(u, 0);
    x[run.variant(u)].push_back(habit / 6);
    y[run.variant(u)].push_back((habit + 20 * scatter(u, 1) + 2.0 * static_cast<double>(run.variant(u))) / 4);
    centre += habit / 6 / static_cast<double>(run.users);
  }
  double at_centre[2], variance = 0;
  for (int v = 0; v < 2; ++v) {
    const auto n = static_cast<double>(x[v].size());
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0, rest = 0;
    for (std::size_t i = 0; i < x[v].size(); ++i) mean_x += x[v][i] / n, mean_y += y[v][i] / n;
    for (std::size_t i = 0; i < x[v].size(); ++i)
      xx += std::pow(x[v][i] - mean_x, 2), xy += (x[v][i] - mean_x) * (y[v][i] - mean_y);
    for (std::size_t i = 0; i < x[v].size(); ++i) rest += std::pow(y[v][i] - mean_y - xy / xx * (x[v][i] - mean_x), 2);
    at_centre[v] = mean_y + xy / xx * (centre - mean_x);
    variance += rest / (n - 2) * (1 / n + std::pow(centre - mean_x, 2) / xx);
  }
  CHECK(a.method == "regression");
  CHECK(a.state == "ok");
  CHECK(a.effect == Approx(at_centre[1] - at_centre[0]).epsilon(1e-3));
  CHECK(a.se == Approx(std::sqrt(variance)).epsilon(1e-3));
  CHECK(a.lift == Approx(at_centre[1] / at_centre[0] - 1).epsilon(1e-3));
}

// Users who watch as much as before, give or take: a treatment adds a tenth and one minute. Coverage is compared with a failure
// probability of 1e-6 for each method.
TEST_CASE("CUPED and regression agree within their errors and cover a planted effect as often as they say") {
  constexpr int kReplicates = 120;
  std::int64_t covered[2] = {}, apart = 0;
  for (int r = 0; r < kReplicates; ++r) {
    AdjustedEffect by[2];
    double true_effect = 0;
    for (const int m : {0, 1}) {
      SyntheticRun run(200, 8, {m == 0 ? "analysis.adjustment=cuped" : "analysis.adjustment=regression"});
      double sum = 0;
      for (std::size_t u = 0; u < run.users; ++u) {
        Rng rng = stream({71}, Stream::Test, entity_key(u, static_cast<std::uint64_t>(r)));
        const double habit = lognormal(rng, 20, 0.6), then = habit * (1 + 0.2 * rng.uniform());
        const double untreated = habit * (0.8 + 0.4 * rng.uniform()) + 5 * rng.uniform();
        sum += 0.1 * untreated + 1;
        run.watch(u, -3, then);
        run.watch(u, 0, 0);
        run.watch(u, 1, run.variant(u) == 1 ? 1.1 * untreated + 1 : untreated);
      }
      true_effect = sum / static_cast<double>(run.users) / 4;
      by[m] = of_metric(run.analyse(4).adjusted, "watch_per_user_day");
      covered[m] += by[m].ci.contains(true_effect);
    }
    CHECK(by[0].variance_removed > 0.5);
    CHECK(by[1].variance_removed > 0.5);
    apart += std::fabs(by[0].effect - by[1].effect) > 0.5 * by[0].se;
  }
  INFO(covered[0] << " and " << covered[1] << " of " << kReplicates << " covered, " << apart << " apart");
  CHECK(consistent_with_rate(covered[0], kReplicates, 0.95, 1e-6));
  CHECK(consistent_with_rate(covered[1], kReplicates, 0.95, 1e-6));
  CHECK(apart == 0);
}

TEST_CASE("of households the adjusted effect is that of their sums") {
  SyntheticRun run(300, 8, {"assignment.unit=household"});
  struct Sums {
    double now = 0, before = 0, users = 0;
  };
  std::map<std::size_t, Sums> households;
  for (std::size_t u = 0; u < run.users; ++u) {
    const std::size_t h = run.study.unit_of(0, u);
    const double habit = 10 + 30 * scatter(h, 0) + 20 * scatter(u, 1);
    run.watch(u, -3, habit);
    run.watch(u, 0, 0);
    const double now = habit + 20 * scatter(u, 2) + (run.variant(u) == 1 ? 2 : 0);
    run.watch(u, 1, now);
    Sums& s = households[h];
    s.now += now, s.before += habit, s.users += 1;
  }
  REQUIRE(households.size() < 200);
  const ExperimentReport report = run.analyse(4);
  const AdjustedEffect& a = of_metric(report.adjusted, "watch_per_user_day");
  RatioCovariateMoments moments[2];
  for (const auto& [h, s] : households)
    moments[variant_of(run.scenario.experiments[0], h)].add(s.now, 4 * s.users, s.before, 6 * s.users);
  const Cuped c = cuped(moments[0], moments[1], cuped_coefficient(moments), 0.05);
  CHECK(a.effect == Approx(c.adjusted.effect).epsilon(1e-3));
  CHECK(a.se == Approx(c.adjusted.se).epsilon(1e-3));
  CHECK(a.variance_removed == Approx(c.variance_removed).margin(1e-3));
  CHECK(a.ci.contains(0.5));
}

// Members of a household do the same, so that errors over users would be too small and reject nearly every third time. Compared
// with a failure probability of 1e-6.
TEST_CASE("adjusted effects of households err as often as they say where their members are alike") {
  constexpr int kReplicates = 150;
  std::int64_t rejected[2] = {};
  for (int r = 0; r < kReplicates; ++r)
    for (const int m : {0, 1}) {
      SyntheticRun run(200, 8,
                       {"assignment.unit=household", m == 0 ? "analysis.adjustment=cuped" : "analysis.adjustment=regression"});
      for (std::size_t u = 0; u < run.users; ++u) {
        Rng rng = stream({72}, Stream::Test, entity_key(run.study.unit_of(0, u), static_cast<std::uint64_t>(r)));
        const double habit = lognormal(rng, 20, 0.5);
        run.watch(u, -3, habit);
        run.watch(u, 0, 0);
        run.watch(u, 1, habit * (0.6 + 0.8 * rng.uniform()));
      }
      rejected[m] += of_metric(run.analyse(4).adjusted, "watch_per_user_day").p < 0.05;
    }
  INFO(rejected[0] << " and " << rejected[1] << " of " << kReplicates << " rejected");
  for (const std::int64_t n : rejected) CHECK(consistent_with_rate(n, kReplicates, 0.05, 1e-6));
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
