#include "experiment/claims/exploration_quantities.hpp"

#include "base/registry.hpp"
#include "experiment/bandit/bandit.hpp"
#include "experiment/simulation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

struct Count final : WorldWatcher {
  std::vector<std::int64_t> shown = std::vector<std::int64_t>(10'000);
  std::int64_t impressions = 0, clicks = 0;
  double never = 0;
  const Study* study = nullptr;
  void begin(const Study& s) override { study = &s; }
  void pages(const Simulation&, std::span<const Interaction> pages) override {
    for (const Interaction& page : pages)
      if (page.cell == 1)
        for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
          ++shown[page.slate.slots[k].item.index()];
          ++impressions;
          clicks += page.outcome.slots[k].clicked;
        }
  }
  void end(const Simulation& world) override {
    double items = 0;
    for (const ItemFacts& item : study->world.catalog(world.now()))
      if (!item.blocked) ++items, never += shown[item.id.index()] == 0;
    never /= items;
  }
};

}  // namespace

TEST_CASE("quantities of exploration are what the variant's own pages say") {
  const Scenario scenario = SmallScenario{.treatment =
                                              "policy.name = \"epsilon_greedy\"\npolicy.epsilon_greedy.epsilon = 1\n"
                                              "policy.explore.share = 0.2\npolicy.explore.cold_share = 0.2\n"}
                                .make();
  Claim claim;
  Count count;
  RunOptions options;
  options.watchers.push_back(&count);
  std::vector<std::unique_ptr<Probe>> probes;
  for (const char* name : {"never_shown", "first_week_ctr", "explored_share_cold"}) {
    probes.push_back(find_entry(quantity_registry(), name)->make(claim, "treatment"));
    options.watchers.push_back(probes.back().get());
  }
  const Report report = run(scenario, options);
  CHECK(probes[0]->value(report) == Approx(count.never));
  CHECK(probes[1]->value(report) == Approx(static_cast<double>(count.clicks) / static_cast<double>(count.impressions)));
  CHECK(probes[2]->value(report) == Approx(0.2).margin(0.08));  // five standard errors of some 700 slots
}

TEST_CASE("the bandit quantities are those of the bandit report") {
  const Scenario scenario =
      SmallScenario{.users = 20, .warmup_days = 0, .days = 1, .sets = {"bandit.rounds=2000", "bandit.seeds=1"}}.make();
  Claim claim;
  RunOptions options;
  const auto regret = find_entry(quantity_registry(), "bandit_regret")->make(claim, "treatment");
  const auto slope = find_entry(quantity_registry(), "bandit_slope")->make(claim, "");
  options.watchers = {regret.get(), slope.get()};
  const Report report = run(scenario, options);
  const BanditReport bandit = run_bandit(scenario);
  CHECK(regret->value(report) == bandit.curves[1].points.back().mean);
  CHECK(slope->value(report) == bandit.curves[0].slope);
}

TEST_CASE("the ratio of regrets is compared from case to case") {
  const Scenario scenario =
      SmallScenario{
          .users = 20, .warmup_days = 0, .days = 1, .sets = {"bandit.rounds=800", "bandit.seeds=2", "bandit.delays=1 20 400"}}
          .make();
  Claim claim;
  claim.variant = "treatment";
  claim.against = "control";
  const auto rises = find_entry(quantity_registry(), "bandit_ratio_rises")->make(claim, "treatment");
  RunOptions options;
  options.watchers = {rises.get()};
  const Report report = run(scenario, options);
  const BanditReport bandit = run_bandit(scenario);
  const auto ratio = [&](std::size_t c) {
    return bandit.curves[2 * c + 1].points.back().mean / bandit.curves[2 * c].points.back().mean;
  };
  REQUIRE(bandit.curves.size() == 6);
  CHECK(rises->value(report) == ((ratio(1) > ratio(0)) + (ratio(2) > ratio(1))) / 2.0);
}
