#include "experiment/report_snapshot.hpp"

#include <algorithm>
#include <cmath>

#include "experiment/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

// Keeps the snapshot at the end of each day, and that of the end.
struct Days final : Observer {
  bool day_over = false;
  std::vector<std::shared_ptr<const Snapshot>> days;
  void on_progress(const Progress& p) override { day_over = p.stage == RunStage::Running && p.day == std::floor(p.day); }
  bool wants_snapshot() override { return day_over; }
  void on_snapshot(std::shared_ptr<const Snapshot> s) override {
    if (s->progress.stage == RunStage::Finished && !days.empty()) days.pop_back();
    days.push_back(std::move(s));
  }
};

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

const LiveSeries& curve(const Snapshot& s, const LiveSeries& like) {
  const auto found = std::ranges::find_if(s.live, [&](const LiveSeries& l) {
    return l.variant == like.variant && l.metric == like.metric && l.layer == like.layer;
  });
  REQUIRE(found != s.live.end());
  return *found;
}

const SmallScenario kSmall{.users = 400, .items = 200, .days = 4, .sets = {"analysis.min_units=20"}};

}  // namespace

TEST_CASE("A report's daily curves agree with those of its run") {
  Days watcher;
  const Report report = run(kSmall.make(), {}, &watcher);
  const std::vector<LiveSeries> daily = daily_curves(report);
  CHECK(daily.size() == 6);  // two variants' rates and exposure, and the lift and its sequence
  for (const LiveSeries& d : daily) {
    INFO(d.variant << " " << d.metric);
    const LiveSeries& live = curve(*watcher.days.back(), d);
    REQUIRE(d.day.size() == 4);
    CHECK(d.low.empty() == live.low.empty());
    const std::size_t step = live.day.size() / 4;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t k = step * (i + 1) - 1;
      CHECK(d.day[i] == Approx(live.day[k]));
      CHECK(d.value[i] == Approx(live.value[k]));
      if (d.low.empty()) continue;
      CHECK(d.low[i] == Approx(live.low[k]).epsilon(1e-3));
      CHECK(d.high[i] == Approx(live.high[k]).epsilon(1e-3));
    }
  }
}

TEST_CASE("A day looked back at in a report shows what its run showed then") {
  Days watcher;
  const Report report = run(kSmall.make(), {}, &watcher);
  const auto days = daily_snapshots(report);
  REQUIRE(days.size() == 4);
  REQUIRE(watcher.days.size() == 4);
  CHECK(days.back()->experiments[0].guardrails.size() == report.experiments[0].guardrails.size());
  for (std::size_t d = 0; d < 4; ++d) {
    const Snapshot &kept = *days[d], &then = *watcher.days[d];
    INFO("day " << d + 1);
    CHECK(kept.experiment_day == Approx(static_cast<double>(d + 1)));
    CHECK(kept.days == then.days);
    CHECK(kept.alpha == Approx(then.alpha));
    REQUIRE(kept.experiments.size() == 1);
    const ExperimentReport &a = kept.experiments[0], &b = then.experiments[0];
    CHECK(a.srm.front().state == b.srm.front().state);
    CHECK(same(a.srm.front().chi2, b.srm.front().chi2));
    for (std::size_t v = 0; v < 2; ++v) {
      CHECK(a.variants[v].units == b.variants[v].units);
      for (const MetricValue& m : a.variants[v].metrics) {
        INFO(m.name);
        const auto at = std::ranges::find(b.variants[v].metrics, m.name, &MetricValue::name);
        REQUIRE(at != b.variants[v].metrics.end());
        CHECK(same(m.value, at->value));
      }
    }
    REQUIRE_FALSE(a.effects.empty());
    for (const EffectReport& e : a.effects) {
      INFO(e.metric);
      const auto at = std::ranges::find(b.effects, e.metric, &EffectReport::metric);
      REQUIRE(at != b.effects.end());
      if (std::isnan(e.p)) continue;  // not enough units that day
      CHECK(e.p == Approx(at->p));
      CHECK(e.lift == Approx(at->lift));
      CHECK(e.lift_ci.low == Approx(at->lift_ci.low).epsilon(1e-2));  // of all units, not of those judged
      CHECK(same(e.sequential.p, at->sequential.p));
      CHECK(e.verdict == at->verdict);
    }
    REQUIRE(a.effect_series.size() == b.effect_series.size());
    for (std::size_t i = 0; i < a.effect_series.size(); ++i) {
      CHECK(a.effect_series[i].day == b.effect_series[i].day);
      CHECK(std::ranges::equal(a.effect_series[i].p, b.effect_series[i].p, same));
    }
    REQUIRE(a.stopping.size() == b.stopping.size());
    for (std::size_t i = 0; i < a.stopping.size(); ++i) {
      INFO(a.stopping[i].metric << " by " << a.stopping[i].rule);
      CHECK(a.stopping[i].state == b.stopping[i].state);
      CHECK(same(a.stopping[i].day, b.stopping[i].day));
      CHECK(same(a.stopping[i].effect, b.stopping[i].effect));
    }
  }
}

TEST_CASE("A report without days has its end alone, and one that does not fit together too") {
  CHECK(daily_snapshots({}).size() == 1);
  Report report;
  report.days = 3;
  ExperimentReport& e = report.experiments.emplace_back();
  e.layer = "ranking";
  e.variants.resize(2);
  e.variants[0].name = "control";
  e.variants[1].name = "treatment";
  e.days = {{1, {10, 10}, {0.4, 0.5}, {}}, {2, {20, 20}, {0.4, 0.5}, {}}, {3, {20}, {}, {}}};
  CHECK(daily_snapshots(report).size() == 3);
  e.effect_series.emplace_back();
  e.effect_series[0].variant = "nobody";
  CHECK(daily_snapshots(report).size() == 1);
  CHECK(daily_curves(report).size() == 2);
}
