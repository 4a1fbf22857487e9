#include "experiment/analysis/exposure.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "stats/diversity.hpp"
#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

constexpr std::size_t kUsers = 120, kItems = 60;

// A world of the experiment that is made up: each user sees `pages` pages of five items, low ids far more often, so that items
// have shares to be wrong about. Users have tastes of their own, or they would not vary more than impressions do.
UnitTable made_up(const Study& study, std::uint64_t luck, int pages_of_treated = 4, int replicates = 32) {
  UnitTableOptions options{replicates, kUsers, study.seed, study.t0 + kDay};
  UnitTable table(study.world.population().users.size(), study.world.all_items().size(), 2, nullptr, options);
  for (std::uint64_t u = 0; u < kUsers; ++u) {
    Rng rng = stream(Seed{luck}, Stream::Test, entity_key(u));
    const std::uint32_t cell = uniform_below(rng, 2), own = uniform_below(rng, kItems);
    const int pages = cell == 1 ? pages_of_treated : 4;
    for (int p = 0; p < pages; ++p) {
      TinyPage page{.user = u, .time = study.t0 + kHour * (p + 1), .cell = cell};
      while (page.items.size() < 5) {
        const double x = rng.uniform();
        const std::uint64_t item = rng.uniform() < 0.4 ? own : static_cast<std::uint64_t>(x * x * x * kItems);
        page.items.push_back(item);
      }
      const Interaction whole = page;
      table.add(std::span(&whole, 1));
    }
  }
  return table;
}

std::size_t place(std::string_view name) {
  const auto infos = exposure_infos();
  for (std::size_t k = 0; k < infos.size(); ++k)
    if (infos[k].name == name) return k;
  FAIL("no metric " << name);
  return 0;
}

const Scenario& scenario() {
  static const Scenario s = SmallScenario{.users = 150, .items = 60}.make();
  return s;
}

}  // namespace

TEST_CASE("the bootstrap's error of a variant as a whole is the spread over other users") {
  const Study study(scenario());
  constexpr std::size_t kTimes = 60;
  for (const char* name : {"exposure_gini", "exposure_entropy", "exposure_top10", "inter_user_overlap"}) {
    INFO(name);
    const std::size_t k = place(name);
    RatioMoments values, errors;
    for (std::size_t t = 0; t < kTimes; ++t) {
      const GroupValues v = group_values(study, made_up(study, t), 0, 0, study.end, GroupDetail::Errors);
      values.add(v.value[k]);
      errors.add(spread(v.replicates[k]));
    }
    // The spread of 60 values is known to 9 %, the mean of 60 errors to 2 %: beyond half as much again lie five of these.
    const double ratio = errors.mean_num / std::sqrt(values.variance_num());
    CHECK(ratio > 1 / 1.5);
    CHECK(ratio < 1.5);
  }
}

TEST_CASE("intervals of a difference hold 0 about as often as they say where variants do not differ") {
  const Study study(scenario());
  constexpr int kTimes = 80;
  int held = 0, judged = 0;
  for (int t = 0; t < kTimes; ++t) {
    const UnitTable units = made_up(study, 1000 + static_cast<std::uint64_t>(t));
    const ExperimentReport report = analyse(study, units, 0, study.end, nullptr);
    for (const EffectReport& e : report.group_effects)
      if (e.metric == "exposure_gini") {
        ++judged;
        held += e.ci.contains(0);
      }
  }
  CHECK(judged == kTimes);
  // Binomial(80, 0.95) below 66 has probability 6e-6; errors are themselves estimates, so 0.93 is what to expect (2e-4).
  CHECK(held >= 66);
}

TEST_CASE("variants are compared at equal impressions and shown as they are") {
  const Study study(scenario());
  // The treated see three times as many pages of the same kind, so more items reach 100 impressions by number
  // alone.
  double raw = 0, equal = 0;
  constexpr int kTimes = 20;
  for (int t = 0; t < kTimes; ++t) {
    const UnitTable units = made_up(study, 2000 + static_cast<std::uint64_t>(t), 12, 16);
    const ExperimentReport report = analyse(study, units, 0, study.end, nullptr);
    const auto value = [&](std::size_t v) {
      for (const MetricValue& m : report.variants[v].metrics)
        if (m.name == "exposure_coverage_100") return m.value;
      return kNoValue;
    };
    raw += (value(1) - value(0)) / kTimes;
    for (const EffectReport& e : report.group_effects)
      if (e.metric == "exposure_coverage_100") equal += e.effect / kTimes;
  }
  CHECK(raw > 0.05);
  CHECK(std::abs(equal) < 0.02);  // a difference of one item of 60 in the mean over 20 worlds
}

TEST_CASE("before the end there are values without errors and no differences") {
  const Study study(scenario());
  const UnitTable units = made_up(study, 1);
  const ExperimentReport report = analyse(study, units, 0, study.t0 + kDay, nullptr);
  CHECK(report.group_effects.empty());
  for (const MetricValue& m : report.variants[0].metrics)
    if (m.name == "exposure_gini") {
      CHECK(m.value > 0);
      CHECK(std::isnan(m.se));
    }
}

TEST_CASE("without replicates there are differences without errors") {
  const Study study(scenario());
  const ExperimentReport report = analyse(study, made_up(study, 1, 4, 0), 0, study.end, nullptr);
  REQUIRE(report.group_effects.size() == exposure_infos().size());
  const EffectReport& gini = report.group_effects[place("exposure_gini")];
  CHECK(std::isfinite(gini.effect));
  CHECK(std::isnan(gini.se));
  CHECK(std::isnan(gini.ci.low));
}

TEST_CASE("a variant without users has no values of its own") {
  const Study study(scenario());
  const UnitTable none(study.world.population().users.size(), study.world.all_items().size(), 2);
  const ExperimentReport report = analyse(study, none, 0, study.end, nullptr);
  for (const MetricValue& m : report.variants[1].metrics)
    if (m.name.starts_with("exposure_") && !m.name.starts_with("exposure_coverage")) {
      INFO(m.name);
      CHECK(std::isnan(m.value));
    }
}

TEST_CASE("what is kept of a variant as a whole cannot be asked for in nonsense") {
  const auto said = [](const char* set) { return error_of([&] { SmallScenario{.sets = {set}}.make(); }); };
  CHECK_THAT(said("analysis.exposure_replicates=-1"), Contains("analysis.exposure_replicates") && Contains("[0, 1000]"));
  CHECK_THAT(said("analysis.panel_users=1.5"), Contains("analysis.panel_users") && Contains("a whole number"));
  CHECK_THAT(said("analysis.truth_one_in=0"), Contains("analysis.truth_one_in") && Contains("[1, 1000000]"));
  CHECK_THAT(said("analysis.click_price=-3"), Contains("analysis.click_price") && Contains("[0, 1000000]"));
}
