#include "experiment/analysis/peeking.hpp"

#include <cmath>

#include "experiment/replication/stopping.hpp"
#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Looks whose information grows evenly, at a test of the given z values.
GroupSequentialReport looks(const SyntheticRun& run, const std::vector<double>& z, int days) {
  ExperimentReport report;
  report.effect_series.push_back({});
  EffectSeries& s = report.effect_series.back();
  s.variant = "treatment";
  s.metric = "watch_per_user_day";
  for (std::size_t k = 0; k < z.size(); ++k) {
    const double day = static_cast<double>(k + 1), se = 1 / std::sqrt(day);
    s.day.push_back(day);
    s.effect.push_back(z[k] * se);
    s.se.push_back(se);
    s.always_valid_low.push_back(kNoValue);
    s.always_valid_high.push_back(kNoValue);
  }
  const AnalysisInput in{run.study, run.tables.all(), 0, run.study.t0 + kDay * days, &run.looks, nullptr, {}, {}, {}, {}};
  analyse_peeking(in, report);
  return report.group_sequential.at(0);
}

}  // namespace

TEST_CASE("five equal looks have the boundaries of the tables and the risk of peeking") {
  const SyntheticRun run(20, 5);
  const GroupSequentialReport g = looks(run, {1, 2.5, 1, 1, 1}, 5);
  // Lan-DeMets spending at alpha 0.05, two-sided: Jennison & Turnbull 2000, and R's gsDesign and rpact.
  const double obrien_fleming[] = {4.8769, 3.3569, 2.6803, 2.2898, 2.0310}, pocock[] = {2.4380, 2.4268, 2.4101, 2.3966, 2.3859};
  for (std::size_t k = 0; k < 5; ++k) {
    CHECK(g.obrien_fleming[k] == Approx(obrien_fleming[k]).margin(2e-3));
    CHECK(g.pocock[k] == Approx(pocock[k]).margin(2e-3));
  }
  CHECK(g.peeking_error == Approx(0.1417).margin(5e-4));  // Armitage, McPherson & Rowe 1969
  CHECK(std::isnan(g.obrien_fleming_day));
  CHECK(std::isnan(g.always_valid_day));
  CHECK(g.pocock_day == 2);
}

TEST_CASE("a boundary once read stays as the looks go on, whatever information comes later") {
  EffectSeries whole;
  for (int k = 1; k <= 10; ++k) {
    whole.day.push_back(k);
    whole.effect.push_back(0.3);
    whole.se.push_back(1 / std::sqrt(k < 6 ? k : k * k));  // the second week brings far more than the first
    whole.always_valid_low.push_back(-1);
    whole.always_valid_high.push_back(1);
  }
  const GroupSequentialReport last = group_sequential(whole, 0.05, 10);
  REQUIRE(last.day.size() == 10);
  for (std::size_t looks = 1; looks < 10; ++looks) {
    EffectSeries s = whole;
    for (auto* v : {&s.day, &s.effect, &s.se, &s.always_valid_low, &s.always_valid_high}) v->resize(looks);
    const GroupSequentialReport then = group_sequential(s, 0.05, 10);
    REQUIRE(then.day.size() == looks);
    for (std::size_t k = 0; k < looks; ++k) {
      CHECK(then.obrien_fleming[k] == last.obrien_fleming[k]);
      CHECK(then.pocock[k] == last.pocock[k]);
    }
  }
}

TEST_CASE("always-valid boundaries stand beside the others, by the rule that the scenario names") {
  for (const std::string rule : {"msprt", "asymptotic"}) {
    INFO(rule);
    SyntheticRun run(400, 6, {"analysis.sequential=" + rule});
    for (int day = 0; day < 6; ++day) {
      for (std::size_t u = 0; u < run.users; ++u) run.watch(u, day, 10 * scatter(u, day) + (run.variant(u) == 1 ? 3 : 0));
      run.look(day + 1);
    }
    const ExperimentReport report = run.analyse(6);
    const GroupSequentialReport& g = of_metric(report.group_sequential, "watch_per_user_day");
    const EffectReport& e = of_metric(report.effects, "watch_per_user_day");
    CHECK(g.sequential == rule);
    REQUIRE(g.always_valid.size() == g.z.size());
    for (std::size_t k = 0; k < g.z.size(); ++k) CHECK(g.always_valid[k] > 1.96);
    CHECK(e.sequential.p < 0.05);
    CHECK(g.always_valid_day >= g.day.front());
    CHECK(g.always_valid_day <= 6);
    const double last_half = (e.sequential.ci.high - e.sequential.ci.low) / 2;
    CHECK(last_half / e.se == Approx(g.always_valid.back()));
  }
}

TEST_CASE("looks without new information are left out and none at all is said by empty lists") {
  const SyntheticRun run(20, 5);
  ExperimentReport report;
  EffectSeries s;
  s.variant = "treatment";
  s.metric = "watch_per_user_day";
  s.day = {1, 2, 3};
  s.effect = {kNoValue, 1, 1};
  s.se = {kNoValue, 0.5, 0.5};
  s.always_valid_low = s.always_valid_high = {kNoValue, kNoValue, kNoValue};
  report.effect_series = {s, s};
  report.effect_series[1].se = {kNoValue, kNoValue, 0};
  const AnalysisInput in{run.study, run.tables.all(), 0, run.study.t0 + kDay * 3, &run.looks, nullptr, {}, {}, {}, {}};
  analyse_peeking(in, report);
  REQUIRE(report.group_sequential.size() == 2);
  CHECK(report.group_sequential[0].day == std::vector<double>{2});
  CHECK(report.group_sequential[1].day.empty());
  CHECK(std::isnan(report.group_sequential[1].peeking_error));
}

TEST_CASE("the days on which spending rules stop are those of their boundaries, worked out no further than needed") {
  for (int path = 0; path < 24; ++path) {
    EffectSeries s;
    double sum = 0;
    for (int k = 1; k <= 9; ++k) {
      sum += 4 * (scatter(static_cast<std::size_t>(path), k) - 0.45);
      const double se = 1 / std::sqrt(static_cast<double>(k));
      s.day.push_back(k);
      s.effect.push_back(sum / k);
      s.se.push_back(se);
      s.always_valid_low.push_back(sum / k - 3 * se);
      s.always_valid_high.push_back(sum / k + 3 * se);
    }
    for (const double planned : {9.0, 14.0}) {
      const GroupSequentialReport all = group_sequential(s, 0.05, planned);
      const SpendingStops stops = spending_stops(s, 0.05, planned);
      const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
      CHECK(same(stops.obrien_fleming_day, all.obrien_fleming_day));
      CHECK(same(stops.pocock_day, all.pocock_day));
    }
    // `feedloop power` replays the same rules.
    std::vector<EffectLook> replayed;
    for (std::size_t k = 0; k < s.day.size(); ++k) replayed.push_back({s.day[k], s.effect[k], s.se[k]});
    const SpendingStops stops = spending_stops(s, 0.05, 9);
    for (const auto& [rule, day] : {std::pair{StoppingRule::ObrienFleming, stops.obrien_fleming_day},
                                    std::pair{StoppingRule::Pocock, stops.pocock_day}}) {
      const Stop stop = *stop_of(rule, replayed, 0.05, kNaN);
      CHECK(stop.rejected == !std::isnan(day));
      if (stop.rejected) CHECK(stop.day == day);
    }
  }
  CHECK(std::isnan(spending_stops({}, 0.05, 5).pocock_day));
}
