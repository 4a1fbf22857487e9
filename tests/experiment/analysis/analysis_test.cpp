#include "experiment/analysis/analysis.hpp"

#include <cmath>
#include <set>

#include "base/random.hpp"
#include "experiment/analysis/caps.hpp"
#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

struct Fixture {
  Scenario scenario = SmallScenario{.users = 300, .items = 30, .warmup_days = 7, .days = 14}.make();
  Study study{scenario};

  UnitTable table(std::size_t units) const {
    UnitTableOptions options;
    options.days = 14;
    return UnitTable(units, study.world.all_items().size(), study.assignment.cells(), nullptr, options);
  }
  ExperimentReport report(const UnitTable& units) const { return analyse(study, units, 0, study.end, nullptr); }
};

// `count` units of a cell from `first` on, with the same two pages each.
void add_alike(UnitTable& table, std::uint64_t first, std::uint64_t count, std::uint32_t cell,
               const std::vector<SlotOutcome>& outcomes) {
  for (std::uint64_t u = first; u < first + count; ++u)
    for (const double hours : {0.0, 30.0}) {
      const Interaction page =
          TinyPage{.user = u, .time = at_hours(hours), .items = {0, 1, 2}, .outcomes = outcomes, .cell = cell};
      table.add(std::span(&page, 1));
    }
}

// An effect has a standard error, an interval and a p, or says that there are not enough data.
void check_said(const ExperimentReport& report) {
  REQUIRE_FALSE(report.effects.empty());
  for (const EffectReport& e : report.effects) {
    INFO(e.variant << " " << e.metric << ": " << e.verdict << ", effect " << e.effect << ", p " << e.p);
    const bool judged = e.verdict != "not enough data" && e.verdict != "do not trust";
    if (judged)
      CHECK((std::isfinite(e.effect) && e.se > 0 && e.ci.low < e.ci.high && e.p >= 0 && e.p <= 1 && e.adjusted_p >= e.p));
    CHECK_FALSE(std::isinf(e.effect));
    CHECK_FALSE(e.se <= 0);
  }
  for (const GuardrailReport& g : report.guardrails) {
    INFO(g.metric << ": " << g.state);
    CHECK(std::isnan(g.p_holds) == (g.state == "not enough data"));
  }
  for (const DecisionReport& d : report.decisions) CHECK_FALSE(d.reason.empty());
}

std::set<std::string> verdicts(const ExperimentReport& report) {
  std::set<std::string> all;
  for (const EffectReport& e : report.effects) all.insert(e.verdict);
  return all;
}

}  // namespace

TEST_CASE("an experiment that nobody entered says that there are not enough data") {
  const Fixture f;
  const ExperimentReport report = f.report(f.table(5));
  check_said(report);
  CHECK(verdicts(report) == std::set<std::string>{"not enough data"});
  CHECK(report.srm.front().state == "not enough traffic");
  CHECK(report.decisions.front().decision == "keep running");
  for (const VariantReport& v : report.variants) CHECK(v.units == 0);
}

TEST_CASE("one unit in each variant says that there are not enough data") {
  const Fixture f;
  UnitTable table = f.table(2);
  add_alike(table, 0, 1, 0, {clicked(1)});
  add_alike(table, 1, 1, 1, {clicked(2), clicked(3)});
  const ExperimentReport report = f.report(table);
  check_said(report);
  CHECK(verdicts(report) == std::set<std::string>{"not enough data"});
  CHECK(report.decisions.front().decision == "keep running");
  CHECK(report.variants[1].metrics.front().value == Approx(2.0 / 3));  // CTR is known, its error is not
  CHECK(std::isnan(report.variants[1].metrics.front().se));
}

TEST_CASE("a variant that nobody is in has no values and the split is refused") {
  const Fixture f;
  UnitTable table = f.table(300);
  add_alike(table, 0, 150, 0, {clicked(1)});
  add_alike(table, 150, 150, 0, {clicked(2), clicked(3)});
  const ExperimentReport report = f.report(table);
  check_said(report);
  for (const MetricValue& m : report.variants[1].metrics)
    if (!m.name.starts_with("exposure")) CHECK(std::isnan(m.value));
  CHECK(report.srm.front().state == "unhealthy");
  CHECK(report.decisions.front().decision == "do not trust");
}

TEST_CASE("metrics that are constant or zero for everybody get no verdict") {
  const Fixture f;
  for (const auto& outcomes : {std::vector<SlotOutcome>{clicked(1)}, std::vector<SlotOutcome>{}}) {
    UnitTable table = f.table(200);
    add_alike(table, 0, 100, 0, outcomes);
    add_alike(table, 100, 100, 1, outcomes);
    const ExperimentReport report = f.report(table);
    check_said(report);
    CHECK(verdicts(report) == std::set<std::string>{"not enough data"});
  }
}

TEST_CASE("moments are to the bit those of one unit and metric after the other") {
  const Fixture f;
  constexpr std::size_t kUnits = 2000;
  UnitTable table = f.table(kUnits);
  for (std::uint64_t u = 0; u < kUnits; ++u) {
    Rng rng = stream({3}, Stream::Test, entity_key(u));
    if (rng() % 7 == 0) continue;  // never enters
    for (int page = 0; page < 2; ++page) {
      const double hours = 100.0 * page + 250 * rng.uniform();
      const Interaction p = TinyPage{.user = u,
                                     .time = at_hours(hours),
                                     .items = {rng() % 30, rng() % 30},
                                     .outcomes = {rng() % 2 == 0 ? clicked(40 * rng.uniform(), rng() % 2 == 0) : SlotOutcome{}},
                                     .cell = static_cast<std::uint32_t>(u % 2)};
      table.add(std::span(&p, 1));
    }
  }
  const std::vector<double> caps = caps_of({&table}, f.study.end);
  std::vector<std::vector<RatioMoments>> plain(2, std::vector<RatioMoments>(metric_registry().size()));
  for (std::size_t u = 0; u < kUnits; ++u)
    for (std::size_t m = 0; m < metric_registry().size(); ++m)
      if (const auto v = table.value(u, m, f.study.end)) {
        const UnitValue x = capped(*v, caps[m]);
        plain[table.cell(u)][m].add(x.num, x.den);
      }
  const auto moments = moments_of(f.study, table, 0, f.study.end);
  for (std::size_t v = 0; v < 2; ++v)
    for (std::size_t m = 0; m < metric_registry().size(); ++m) {
      INFO(metric_registry()[m].name);
      const RatioMoments &a = moments[v][m], &b = plain[v][m];
      CHECK(a.n == b.n);
      CHECK(a.mean_num == b.mean_num);
      CHECK(a.mean_den == b.mean_den);
      CHECK(a.m2_num == b.m2_num);
      CHECK(a.m2_den == b.m2_den);
      CHECK(a.c == b.c);
    }
}
