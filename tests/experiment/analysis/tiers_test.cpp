#include "experiment/analysis/tiers.hpp"

#include <array>
#include <cmath>
#include <map>

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

TEST_CASE("a household's tier is the share of its users' days") {
  SyntheticRun run(300, 8, {"assignment.unit=household"});
  std::map<std::size_t, std::array<int, 2>> days;  // of a household: active, all
  for (std::size_t u = 0; u < run.users; ++u) {
    const int active = static_cast<int>(u % 4) * 2;  // of six
    for (int day = -active; day < 0; ++day) run.watch(u, day, 1);
    run.watch(u, 0, 1 + scatter(u, 0));
    auto& d = days[run.study.unit_of(0, u)];
    d[0] += active, d[1] += 6;
  }
  std::map<std::string, std::int64_t> units;
  for (const auto& [household, d] : days)
    ++units[d[0] == 0 ? "new" : 3 * d[0] <= d[1] ? "light" : 3 * d[0] <= 2 * d[1] ? "medium" : "heavy"];
  REQUIRE(units.size() == 4);
  const ExperimentReport report = run.analyse(2);
  for (const TierEffect& t : report.tiers)
    if (t.metric == "watch_per_user_day") {
      INFO(t.tier);
      CHECK(t.control_units + t.treatment_units == units[t.tier]);
      units.erase(t.tier);
    }
  CHECK(units.empty());
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
