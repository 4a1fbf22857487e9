// Worlds at the edge of sense: they run to their end under every scorer, and a page without items has its reason in the report.
#include "experiment/run.hpp"

#include <algorithm>

#include "engine/ranking/scorer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

struct Edge {
  const char* what;
  std::vector<std::string> sets;
  const char* reason;  // part of the warning; nullptr: none is due
};

const std::vector<Edge>& edges() {
  static const std::vector<Edge> all{
      {"one item", {"world.items.count=1", "world.items.arrivals_per_day=0"}, "had seen everything else"},
      {"one category", {"world.items.categories=1"}, nullptr},
      {"no clicks at all", {"world.choice.intercept=-20"}, nullptr},
      {"everything is blocked", {"world.items.blocked_share=1"}, "nothing may be shown"},
      {"everything was seen",
       {"world.items.count=25", "world.items.arrivals_per_day=0", "world.choice.intercept=5"},
       "had seen everything else"},
      {"one user",
       {"world.population.users=1", "world.population.arrivals_per_day=0", "world.population.activity_median=20"},
       nullptr},
      {"nobody and nothing arrives", {"world.population.arrivals_per_day=0", "world.items.arrivals_per_day=0"}, nullptr},
      {"nothing changes",
       {"world.dynamics.satisfaction_rate=0", "world.dynamics.trust_rate=0", "world.dynamics.drift_rate=0",
        "world.dynamics.drift_return=0", "world.dynamics.interest_per_day=0", "world.dynamics.habit_rate=0",
        "world.items.viral_per_day=0", "world.visits.search_share=0", "world.visits.weekly_sigma=0",
        "world.watch.survey_share=0", "world.churn.reactivation_per_day=0", "world.spillover.household=0"},
       nullptr},
      {"every account is a bot", {"world.bots.share=1"}, nullptr},
      {"a feed of loops", {"world.watch.autoplay=true"}, nullptr},
  };
  return all;
}

}  // namespace

TEST_CASE("worlds at the edge run to their end under every scorer and short pages have a reason") {
  for (const auto& scorer : scorer_registry())
    for (const Edge& edge : edges()) {
      INFO(scorer.name << ": " << edge.what);
      SmallScenario small{.users = 40, .items = 200, .sets = edge.sets};
      small.sets.push_back("engine.ranking.scorer=" + std::string(scorer.name));
      const Report report = run(small.make());
      CHECK(report.requests > 0);
      std::string said;
      for (const Warning& w : report.warnings)
        if (w.code == "short_pages") said += w.text;
      if (edge.reason)
        CHECK(said.find(edge.reason) != std::string::npos);
      else
        CHECK(said.empty());
    }
}

TEST_CASE("levers of the world that contradict each other are refused, both named") {
  const auto refused = [](const std::vector<std::string>& sets) {
    try {
      SmallScenario{.sets = sets}.make();
    } catch (const Error& e) {
      return std::string(e.what());
    }
    return std::string("accepted");
  };
  CHECK(refused({"world.bots.watch_min_s=9", "world.bots.watch_max_s=5"}) ==
        "small.toml: `world.bots.watch_min_s` = 9 is above `world.bots.watch_max_s` = 5");
  CHECK(refused({"world.population.activity_max=0.5"}) ==
        "small.toml: `world.population.activity_median` = 0.65 is above `world.population.activity_max` = 0.5");
  CHECK(refused({"world.watch.autoplay=true", "world.examination.model=cascade"}).find("allowed with it is \"pbm\"") !=
        std::string::npos);
  CHECK(refused({"world.population.users=5000000", "world.population.arrivals_per_day=1"}).find("arrivals a day") !=
        std::string::npos);
}

TEST_CASE("an event that the run does not have is said") {
  const auto said = [](const std::vector<std::string>& sets) {
    std::string all;
    for (const Warning& w : run(SmallScenario{.users = 20, .sets = sets}.make()).warnings)
      if (w.code == "event_outside") all += w.text + "\n";
    return all;
  };
  CHECK(said({"world.items.hit_day=2", "world.bots.share=0.1", "world.bots.burst_day=2"}).empty());
  CHECK(said({"world.items.hit_day=3", "world.bots.burst_day=3"}) ==
        "world.items.hit_day = 3 is after the run, which ends on day 3 since the warm-up began: it does not happen.\n"
        "world.bots.burst_day = 3 is after the run, which ends on day 3 since the warm-up began: it does not happen.\n"
        "world.bots.burst_day is set, and world.bots.share = 0: there are no bots to act in it.\n");
}

TEST_CASE("an empty catalogue is refused with what is allowed") {
  const SmallScenario small{.sets = {"world.items.count=0"}};
  CHECK_THROWS_WITH(small.make(), Catch::Matchers::Contains("[1, 5000000]"));
}
