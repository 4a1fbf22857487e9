#include "experiment/analysis/stopping.hpp"

#include <algorithm>
#include <cmath>

#include "stats/tails.hpp"
#include "tests/experiment/analysis/synthetic_run.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Looks whose information grows evenly, at a test of the given z values.
EffectSeries looks_at(const std::vector<double>& z) {
  EffectSeries s;
  s.variant = "treatment";
  s.metric = "watch_per_user_day";
  AlwaysValid test(0.5);
  for (std::size_t k = 0; k < z.size(); ++k) {
    const double day = static_cast<double>(k + 1), se = 1 / std::sqrt(day);
    const bool known = std::isfinite(z[k]);
    test.look(z[k] * se, se * se);
    s.day.push_back(day);
    s.effect.push_back(z[k] * se);
    s.se.push_back(known ? se : kNoValue);
    s.p.push_back(known ? 2 * normal_sf(std::fabs(z[k])) : kNoValue);
    s.always_valid_p.push_back(known ? test.p() : kNoValue);
  }
  return s;
}

ExperimentReport raced(const SyntheticRun& run, const std::vector<double>& z, int day) {
  ExperimentReport report;
  report.effect_series = {looks_at(z)};
  EffectReport last;
  last.variant = "treatment";
  last.metric = "watch_per_user_day";
  last.p = report.effect_series[0].p.empty() ? kNoValue : report.effect_series[0].p.back();
  report.effects = {last};
  const AnalysisInput in{run.study, run.tables.all(), 0, run.study.t0 + kDay * day, &run.looks, nullptr, {}, {}, {}, {}};
  analyse_stopping(in, report);
  return report;
}

const StoppingReport& rule_of(const ExperimentReport& report, std::string_view rule) {
  return *std::ranges::find(report.stopping, rule, &StoppingReport::rule);
}

}  // namespace

TEST_CASE("peeking stops where the plain test first rejects, and the careful rules do not") {
  const SyntheticRun run(20, 5);
  const ExperimentReport report = raced(run, {1, 2.2, 1, 1, 1}, 5);
  REQUIRE(report.stopping.size() == 5);
  const StoppingReport& peek = rule_of(report, "daily_peeking");
  CHECK(peek.state == "stopped");
  CHECK(peek.day == 2);
  CHECK(peek.effect == Approx(2.2 / std::sqrt(2.0)));
  CHECK(peek.verdict == "better");
  for (const char* rule : {"always_valid", "obrien_fleming", "pocock", "fixed_horizon"}) {
    CHECK(rule_of(report, rule).state == "no difference");
    CHECK(rule_of(report, rule).verdict.empty());
    CHECK(rule_of(report, rule).day == 5);
  }
}

TEST_CASE("a strong effect stops every rule, and a harmful one is worse") {
  const SyntheticRun run(20, 5);
  const ExperimentReport report = raced(run, {-3, -6, -7, -8, -9}, 5);
  for (const StoppingReport& r : report.stopping) {
    CHECK(r.state == "stopped");
    CHECK(r.verdict == "worse");
  }
  CHECK(rule_of(report, "daily_peeking").day == 1);
  CHECK(rule_of(report, "obrien_fleming").day == 2);
  CHECK(rule_of(report, "fixed_horizon").day == 5);
}

TEST_CASE("before the planned end the fixed horizon has not decided, and without looks nobody has") {
  const SyntheticRun run(20, 5);
  const ExperimentReport report = raced(run, {1, 2.2}, 2);
  CHECK(rule_of(report, "fixed_horizon").state == "not yet");
  CHECK(rule_of(report, "always_valid").state == "not yet");
  CHECK(rule_of(report, "daily_peeking").state == "stopped");
  for (const std::vector<double>& none : {std::vector<double>{}, std::vector<double>{kNoValue, kNoValue}})
    for (const StoppingReport& r : raced(run, none, 2).stopping) {
      CHECK(r.state == "not enough data");
      CHECK(std::isnan(r.day));
    }
}

TEST_CASE("what a running experiment says at a look, the finished one says of that look") {
  constexpr int kDays = 12;
  const SyntheticRun run(20, kDays);
  int stops = 0;
  for (std::size_t path = 0; path < 24; ++path) {
    // Information that grows unevenly, and at two looks not at all.
    EffectSeries whole = looks_at(std::vector<double>(kDays, 1.0));
    double sum = 0, information = 0;
    for (std::size_t k = 0; k < kDays; ++k) {
      const double step = k == 4 || k == 9 ? 0 : 1 + 6 * scatter(path + 100, static_cast<int>(k));
      information += step;
      sum += std::sqrt(step) * 5 * (scatter(path, static_cast<int>(k)) - 0.45);
      whole.effect[k] = sum / information;
      whole.se[k] = 1 / std::sqrt(information);
      whole.p[k] = 2 * normal_sf(std::fabs(whole.effect[k] / whole.se[k]));
      whole.always_valid_p[k] = k == 0 ? 1 : std::min(whole.always_valid_p[k - 1], 3 * whole.p[k]);
    }
    const auto race = [&](std::size_t looks) {
      ExperimentReport report;
      report.effect_series = {whole};
      EffectSeries& s = report.effect_series[0];
      for (auto* v : {&s.day, &s.effect, &s.se, &s.p, &s.always_valid_p}) v->resize(looks);
      const SimTime now = run.study.t0 + kDay * static_cast<std::int64_t>(looks);
      const AnalysisInput in{run.study, run.tables.all(), 0, now, &run.looks, nullptr, {}, {}, {}, {}};
      analyse_stopping(in, report);
      return report.stopping;
    };
    const std::vector<StoppingReport> finished = race(kDays);
    for (std::size_t looks = 1; looks < kDays; ++looks) {
      const std::vector<StoppingReport> running = race(looks);
      for (std::size_t r = 0; r < running.size(); ++r) {
        INFO(running[r].rule << " of path " << path << " at look " << looks);
        if (running[r].state == "stopped") {
          ++stops;
          CHECK(finished[r].state == "stopped");
          CHECK(finished[r].day == running[r].day);
          CHECK(finished[r].effect == running[r].effect);
        } else if (finished[r].state == "stopped") {
          CHECK(finished[r].day > static_cast<double>(looks));
        }
      }
    }
  }
  CHECK(stops > 200);
}

TEST_CASE("a rule is judged by the true effect once it has decided") {
  StoppingReport r{"b", "ctr", "daily_peeking", "stopped", 3, 0.01, "better"};
  CHECK(judge(r, 0.002) == "right");
  CHECK(judge(r, -0.002) == "wrong direction");
  CHECK(judge(r, 0) == "false alarm");
  CHECK(judge(r, kNoValue).empty());
  r.state = "no difference";
  CHECK(judge(r, 0) == "right");
  CHECK(judge(r, 0.002) == "missed");
  r.state = "not yet";
  CHECK(judge(r, 0.002).empty());
}
