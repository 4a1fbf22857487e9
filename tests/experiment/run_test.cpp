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

TEST_CASE("an empty catalogue is refused with what is allowed") {
  const SmallScenario small{.sets = {"world.items.count=0"}};
  CHECK_THROWS_WITH(small.make(), Catch::Matchers::Contains("[1, 5000000]"));
}
