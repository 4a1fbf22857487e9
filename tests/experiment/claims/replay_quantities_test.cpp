#include "experiment/claims/replay_quantities.hpp"

#include <cmath>

#include <fmt/format.h>

#include "base/registry.hpp"
#include "engine/retrieval/source.hpp"
#include "experiment/run.hpp"
#include "tests/experiment/claims/measure.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;
using namespace feedloop::testing;

namespace {

const std::vector<std::string> kReplay{"replay_error", "logged_error", "replay_covers"};

Scenario uniform_world(std::uint64_t seed, const std::string& policy = "random") {
  std::vector<std::string> sets{
      "policy.name=" + policy,     fmt::format("seed={}", seed),     "engine.slate.size=4",
      "world.visits.max_pages=1",  "world.items.arrivals_per_day=0", "world.items.region_locked_share=0",
      "world.items.adult_share=0", "world.items.blocked_share=0",    "world.spillover.household=0",
      "world.choice.novelty=0",    "engine.rerank.seen.capacity=0"};
  for (const char* rule : {"per_category", "per_series", "creator_run", "sponsored"})
    sets.push_back(fmt::format("engine.rerank.rules.{}=32", rule));
  for (const SourceEntry& s : source_registry()) sets.push_back(fmt::format("engine.quota.{}=0", s.name));
  return SmallScenario{.users = 300, .items = 12, .warmup_days = 0, .days = 3, .treatment = "", .sets = sets}.make();
}

}  // namespace

TEST_CASE("replay on a uniform log has no bias and the log's own click rate has") {
  double sum = 0, squares = 0, covers = 0;
  constexpr int kSeeds = 12;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto x = measure(uniform_world(seed), kReplay);
    sum += x[0];
    squares += x[0] * x[0];
    covers += x[2];
    CHECK(x[1] < -0.2);  // the target is the item liked best
  }
  const double mean = sum / kSeeds, sd = std::sqrt((squares / kSeeds - mean * mean) * kSeeds / (kSeeds - 1));
  CHECK(std::abs(mean) < 6.5 * sd / std::sqrt(static_cast<double>(kSeeds)));  // Student's t, 11 degrees of freedom: 5e-5
  CHECK(covers >= 7);                                                         // of 12 at 95 %, P of fewer: 2e-5
}

TEST_CASE("there is nothing to replay where pages were not drawn evenly") {
  for (const double x : measure(uniform_world(1, "greedy"), kReplay)) CHECK(std::isnan(x));
}
