#include "experiment/analysis/tiers.hpp"

#include <cmath>

#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("an effect on the heavy tier alone is found there, and post-stratified by the tiers' shares") {
  SyntheticRun run(600);
  for (std::size_t u = 0; u < run.users; ++u) {
    const bool heavy = u % 3 == 0;
    for (int day = heavy ? -6 : -1; day < 0; ++day) run.watch(u, day, 1);
    run.watch(u, 0, 0);
    run.watch(u, 1, 20 + 4 * scatter(u, 1) + (heavy && run.variant(u) == 1 ? 8 : 0));
  }
  const ExperimentReport report = run.analyse(4);
  std::vector<TierEffect> tiers;
  for (const TierEffect& t : report.tiers)
    if (t.metric == "watch_per_user_day") tiers.push_back(t);
  REQUIRE(tiers.size() == 2);  // nobody is new or medium
  CHECK(tiers[0].tier == "light");
  CHECK(tiers[1].tier == "heavy");
  CHECK(tiers[0].control_units + tiers[0].treatment_units == 400);
  CHECK(tiers[1].control_units + tiers[1].treatment_units == 200);
  CHECK(tiers[0].effect == Approx(0).margin(0.1));
  CHECK(tiers[1].effect == Approx(2).margin(0.1));
  CHECK(tiers[1].lift == Approx(8.0 / 22).margin(0.02));
  const TierSummary& all = of_metric(report.tier_summaries, "watch_per_user_day");
  CHECK(all.df == 1);
  CHECK(all.p < 1e-6);
  CHECK(all.i2 > 0.9);
  CHECK(all.effect == Approx(tiers[0].effect * 2 / 3 + tiers[1].effect / 3));
}

TEST_CASE("a tier too small to judge shows its units and no effect") {
  SyntheticRun run(200, 8, {"analysis.min_units=50"});
  for (std::size_t u = 0; u < run.users; ++u) {
    if (u < 10) run.watch(u, -1, 1);
    run.watch(u, 0, 1 + scatter(u, 0));
  }
  const ExperimentReport report = run.analyse(2);
  for (const TierEffect& t : report.tiers)
    if (t.metric == "watch_per_user_day") {
      INFO(t.tier);
      CHECK(std::isnan(t.effect) == (t.tier == "light"));
    }
  CHECK(std::isnan(of_metric(report.tier_summaries, "watch_per_user_day").q));  // one tier alone cannot differ
}
