#include "experiment/monitor.hpp"

#include <algorithm>
#include <cmath>

#include "experiment/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

struct Watcher final : Observer {
  std::shared_ptr<const Snapshot> last;
  bool wants_snapshot() override { return false; }
  bool watches_funnel() const override { return fleet; }
  bool watches_fleet() const override { return fleet; }
  bool fleet = false;
  void on_snapshot(std::shared_ptr<const Snapshot> snapshot) override { last = std::move(snapshot); }
};

const LiveSeries& curve(const Snapshot& s, const std::string& variant, const std::string& metric) {
  const auto found =
      std::ranges::find_if(s.live, [&](const LiveSeries& l) { return l.variant == variant && l.metric == metric; });
  REQUIRE(found != s.live.end());
  return *found;
}

}  // namespace

TEST_CASE("The curves of a snapshot end in the numbers of the report") {
  Watcher watcher;
  SmallScenario small{.users = 400, .items = 200, .days = 3, .sets = {"analysis.min_units=20"}};
  const Report report = run(small.make(), {}, &watcher);
  REQUIRE(watcher.last != nullptr);
  const Snapshot& s = *watcher.last;
  CHECK(s.min_units == 20);
  CHECK(s.alpha == Approx(0.05));
  const ExperimentReport& e = report.experiments.front();
  for (const VariantReport& v : e.variants) {
    INFO(v.name);
    const auto value = [&](std::string_view metric) { return std::ranges::find(v.metrics, metric, &MetricValue::name)->value; };
    const LiveSeries& ctr = curve(s, v.name, "ctr");
    CHECK(ctr.layer == e.layer);
    CHECK(ctr.day.size() == 3 * 24);
    CHECK(ctr.day.back() == Approx(3));
    CHECK(ctr.value.back() == static_cast<float>(value("ctr")));
    CHECK(curve(s, v.name, "exposure_gini").value.back() == static_cast<float>(value("exposure_gini")));
  }
  const EffectReport& effect = *std::ranges::find(e.effects, "ctr", &EffectReport::metric);
  const LiveSeries& lift = curve(s, effect.variant, "ctr_lift");
  CHECK(lift.value.back() == static_cast<float>(effect.lift));
  CHECK(lift.low.back() == static_cast<float>(effect.lift_ci.low));
  CHECK(lift.high.back() == static_cast<float>(effect.lift_ci.high));
  const LiveSeries& sequence = curve(s, effect.variant, "ctr_lift_sequence");
  REQUIRE(sequence.day.size() == 3);
  const double control = std::ranges::find(e.variants.front().metrics, "ctr", &MetricValue::name)->value;
  CHECK(sequence.low.back() == Approx(effect.sequential.ci.low / control));
  CHECK(sequence.high.back() == Approx(effect.sequential.ci.high / control));
}

TEST_CASE("Before there are enough units a lift has no number") {
  Watcher watcher;
  SmallScenario small{.users = 40, .items = 200, .days = 1, .sets = {"analysis.min_units=1000"}};
  run(small.make(), {}, &watcher);
  REQUIRE(watcher.last != nullptr);
  for (const LiveSeries& l : watcher.last->live) {
    if (!l.metric.starts_with("ctr_lift")) continue;
    INFO(l.metric);
    CHECK(std::ranges::all_of(l.value, [](float v) { return std::isnan(v); }));
  }
}

TEST_CASE("A snapshot has cache and queue of the last two days for who watches them, and the run stays as it was") {
  const Scenario scenario = SmallScenario{.users = 120, .items = 120, .days = 3}.make();
  Watcher alone, watcher;
  watcher.fleet = true;
  const std::string signature = run(scenario, {}, &alone).signature;
  CHECK(run(scenario, {}, &watcher).signature == signature);
  CHECK(alone.last->funnel == nullptr);
  REQUIRE(watcher.last->funnel != nullptr);
  const auto& variants = watcher.last->experiments.front().variants;
  REQUIRE(watcher.last->funnel->fleet.size() == variants.size());
  for (std::size_t v = 0; v < variants.size(); ++v) {
    const CellFleet& f = watcher.last->funnel->fleet[v];
    CHECK(f.cell == variants[v].name);
    CHECK(f.requests > 0);
    CHECK(f.load == Approx(f.updates_a_click * 0.08));
  }
}
