// A switchback's blocks: which metrics they can have, what they add up to, and that chance alone decides a null.
#include "experiment/block_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/distributions.hpp"
#include "experiment/analysis/analysis.hpp"
#include "experiment/run.hpp"
#include "experiment/simulation.hpp"
#include "stats/proportion.hpp"
#include "stats/two_sample.hpp"
#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

std::shared_ptr<const Platform> platform() { return std::make_shared<const Platform>(blank_platform(10, 10)); }

Scenario switchback(std::vector<std::string> more = {}, std::string treatment = "engine.value.completion = 1.0\n") {
  SmallScenario small{.users = 120, .days = 2, .treatment = std::move(treatment)};
  small.sets = {"assignment.design=switchback", "assignment.unit=region", "assignment.block_hours=4",
                "assignment.burn_in_hours=1", "analysis.min_units=2"};
  small.sets.insert(small.sets.end(), more.begin(), more.end());
  return small.make();
}

}  // namespace

TEST_CASE("ratios of counts are additive and whatever looks at a user's days is not") {
  for (const char* name : {"ctr", "watch_per_click", "completion_rate", "skip_rate"}) {
    INFO(name);
    CHECK(additive(metric_registry()[metric_index(name)], *platform()));
  }
  for (const char* name : {"user_ctr", "watch_per_user_day", "capped_watch_per_user_day", "watch_per_active_day", "active_days",
                           "sessions_per_user_day", "d1_retention", "d7_retention", "churn_28"}) {
    INFO(name);
    CHECK_FALSE(additive(metric_registry()[metric_index(name)], *platform()));
  }
}

TEST_CASE("of additive metrics a block's value is the sum over its users") {
  std::vector<Interaction> pages;
  Rng rng = stream(Seed{5}, Stream::Test, entity_key(1));
  for (std::uint64_t i = 0; i < 60; ++i) {
    TinyPage page{.user = i % 7, .time = at_hours(static_cast<double>(i)), .page = static_cast<std::uint8_t>(i % 3)};
    for (std::uint64_t k = 0; k < 4; ++k) {
      page.items.push_back(k);
      page.outcomes.push_back(bernoulli(rng, 0.5) ? clicked(rng.uniform(), bernoulli(rng, 0.5), false, bernoulli(rng, 0.3))
                                                  : SlotOutcome{});
    }
    pages.push_back(page);
  }
  BlockTable table(3, platform());
  UnitTable users(7, 4, 1);
  for (const Interaction& page : pages) table.add(1, 0, page);
  users.add(pages);
  CHECK(table.pages(1) == 60);
  CHECK(table.pages(0) == 0);
  int checked = 0;
  for (std::size_t m = 0; m < metric_registry().size(); ++m) {
    CHECK_FALSE(table.value(0, m).has_value());
    if (!additive(metric_registry()[m], *platform())) {
      CHECK_FALSE(table.value(1, m).has_value());
      continue;
    }
    double num = 0, den = 0;
    for (std::size_t u = 0; u < 7; ++u) {
      const auto v = users.value(u, m, at_hours(70));
      if (!v) continue;
      num += v->num;
      den += v->den;
    }
    INFO(metric_registry()[m].name);
    CHECK(table.value(1, m)->num == Approx(num));
    CHECK(table.value(1, m)->den == Approx(den));
    ++checked;
  }
  CHECK(checked >= 4);
  BlockTable loaded(3, platform());
  load_state(loaded, save_state(table));
  CHECK(save_state(loaded) == save_state(table));
}

TEST_CASE("everybody in a region's block is served its variant and what follows a switch does not count") {
  const Scenario s = switchback();
  const Study study(s);
  Simulation simulation(study);
  while (simulation.now() < study.t0) simulation.run_epoch({.all_control = true}, [](std::span<const Interaction>) {});
  ExperimentTables tables(study);
  std::vector<Interaction> all;
  while (simulation.now() < study.end)
    simulation.run_epoch({}, [&](std::span<const Interaction> pages) {
      tables.add(pages, {});
      all.insert(all.end(), pages.begin(), pages.end());
    });
  const BlockTable* table = tables.blocks(0);
  REQUIRE(table != nullptr);
  REQUIRE(table->blocks() == 12 * 4);
  std::vector<int> variant(table->blocks(), -1);
  for (const Interaction& p : all) {
    const auto block = static_cast<std::size_t>((p.request.time - study.t0).us / (kHour * 4).us) * 4 + p.request.country;
    REQUIRE((variant[block] < 0 || variant[block] == static_cast<int>(p.cell)));
    variant[block] = static_cast<int>(p.cell);
    REQUIRE(p.cell == variant_of(s.experiments[0], block));
  }
  std::vector<std::int64_t> pages(table->blocks(), 0);
  std::int64_t dropped = 0, switches = 0;
  for (const Interaction& p : all) {
    const Duration since = p.request.time - study.t0;
    const auto block = static_cast<std::size_t>(since.us / (kHour * 4).us) * 4 + p.request.country;
    const std::size_t before = block < 4 ? 0 : variant_of(s.experiments[0], block - 4);
    const bool fresh = before != p.cell && since.us % (kHour * 4).us < kHour.us;
    dropped += fresh;
    pages[block] += !fresh;
  }
  for (std::size_t b = 0; b < table->blocks(); ++b) {
    switches += b >= 4 && variant_of(s.experiments[0], b) != variant_of(s.experiments[0], b - 4);
    CHECK(table->pages(b) == pages[b]);
  }
  CHECK(dropped > 0);
  CHECK(switches > 5);
  CHECK(switches < 40);
}

TEST_CASE("a switchback's report counts blocks and keeps silent where blocks cannot tell") {
  const Report report = run(switchback({"analysis.decision=ctr"}), {.truth = true});
  const ExperimentReport& e = report.experiments[0];
  CHECK(e.design == "switchback by region, blocks of 4 h less 1 h after a switch, shared models");
  CHECK(e.variants[0].units + e.variants[1].units > 30);
  CHECK(e.variants[0].units + e.variants[1].units <= 48);
  for (const EffectReport& x : e.effects) {
    INFO(x.metric);
    if (x.metric == "ctr") {
      CHECK(std::isfinite(x.effect));
      CHECK(x.se > 0);
      CHECK(x.verdict != "not enough data");
    }
    if (x.metric == "d1_retention" || x.metric == "watch_per_user_day") CHECK(x.verdict == "not enough data");
  }
  CHECK(e.truth[0].effect != 0);
  CHECK(e.truth[0].bias == Approx(e.effects[0].effect - e.truth[0].effect));
}

TEST_CASE("a null switchback alarms at its level however much neighbouring blocks resemble each other") {
  // Four regions of 40 blocks whose click rate wanders (autocorrelation 0.9); each block's variant is a coin. An independent
  // coin a block makes blocks of a variant as good as independent. Fails without cause one time in 100,000.
  constexpr int kReplicates = 400, kBlocks = 40;
  int alarms = 0;
  for (std::uint64_t r = 0; r < kReplicates; ++r) {
    std::array<RatioMoments, 2> moments;
    for (std::uint64_t region = 0; region < 4; ++region) {
      Rng rng = stream(Seed{r}, Stream::Test, entity_key(region, 3));
      double drift = normal(rng);
      for (int b = 0; b < kBlocks; ++b) {
        drift = 0.9 * drift + std::sqrt(1 - 0.81) * normal(rng);
        const double impressions = 200 + 100 * rng.uniform();
        moments.at(bernoulli(rng, 0.5)).add(impressions * (0.2 + 0.03 * drift), impressions);
      }
    }
    alarms += compare(moments[0], moments[1], 0.05).p < 0.05;
  }
  INFO(alarms);
  CHECK(consistent_with_rate(alarms, kReplicates, 0.05, 1e-5));
}

TEST_CASE("a null switchback has a true effect of exactly zero") {
  const Report report = run(switchback({}, ""), {.truth = true});
  REQUIRE(report.experiments[0].truth.size() > 5);
  for (const TruthReport& t : report.experiments[0].truth) CHECK(t.effect == 0);
}
