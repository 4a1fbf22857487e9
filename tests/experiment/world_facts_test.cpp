#include "experiment/world_facts.hpp"

#include <cmath>
#include <numeric>

#include "experiment/evaluation/evaluation.hpp"
#include "experiment/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

double metric(const Report& report, std::string_view name) {
  for (const MetricValue& m : report.experiments.at(0).variants.at(0).metrics)
    if (m.name == name) return m.value;
  return kNoValue;
}

}  // namespace

TEST_CASE("what a world did agrees with the report of the same world") {
  const Scenario scenario = SmallScenario{.users = 200, .warmup_days = 1, .days = 6}.make();
  const WorldFacts f = describe_world(scenario);
  Variant control = scenario.experiments[0].variants[0];
  control.share = 1;
  const Report report = run(with_variants(scenario, {control}));
  CHECK(f.pages == report.requests);
  CHECK(f.impressions == report.impressions);
  CHECK(f.ctr == Approx(metric(report, "ctr")));
  CHECK(f.users == 200);
  CHECK(f.days == 6);
  // arrival.
  CHECK(f.slot_ctr.size() == 20);
  CHECK(f.slot_seen[0] == 1);
  double weighted = 0;
  for (const double c : f.slot_ctr) weighted += c / 20;
  CHECK(weighted == Approx(f.ctr).epsilon(0.02));  // pages are of 20, but for a few
  CHECK(std::accumulate(f.hours.begin(), f.hours.end(), 0.0) == Approx(1));
  CHECK(std::accumulate(f.ratio_share.begin(), f.ratio_share.end(), 0.0) == Approx(1));
  CHECK(std::accumulate(f.shown.begin(), f.shown.end(), std::int64_t{0}) == f.impressions);
  CHECK(f.watch_ratio.q1 <= f.watch_ratio.median);
  CHECK(f.watch_ratio.median <= f.watch_ratio.q3);
  CHECK(f.watch_ratio.q3 <= 1);
  CHECK(f.top_tenth_sessions > 0.1);
  CHECK(f.sessions_per_active_day >= 1);
  CHECK(f.sessions_per_day < f.sessions_per_active_day);
  CHECK(f.daily_users.size() == 6);
  CHECK(f.retention.size() == 6);
  CHECK(std::isnan(f.retention[5]));  // too few newcomers to say
}

TEST_CASE("position decides what is seen in the proportion of its law") {
  const Scenario scenario =
      SmallScenario{.users = 300, .warmup_days = 1, .days = 6, .sets = {"world.examination.eta=1"}}.make();
  const WorldFacts f = describe_world(scenario);
  const auto pages = static_cast<double>(f.pages);
  for (const std::size_t k : {1, 4, 9, 19}) {
    const double p = 1.0 / static_cast<double>(k + 1);
    CHECK(std::fabs(f.slot_seen[k] - p) < 5 * std::sqrt(p * (1 - p) / pages) + 1e-3);
  }
}
