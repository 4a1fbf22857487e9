#include "policies/greedy.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("greedy serves the head of the ranking for sure") {
  Ranking ranking;
  ranking.slots = 3;
  for (std::uint64_t i = 0; i < 10; ++i) {
    ranking.candidates.emplace_back();
    ranking.candidates.back().item = ItemId{9 - i};
  }
  const Slate slate = Greedy({}).choose(ranking, {}, stream({1}, Stream::Exploration, {}));
  REQUIRE(slate.slots.size() == 3);
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(slate.slots[k].item == ItemId{9 - k});
    CHECK(slate.slots[k].propensity == 1);
    CHECK(slate.slots[k].marginal == 1);
    CHECK(slate.slots[k].action_set == 1);
  }
}
