#include "policies/random.hpp"

#include <map>

#include "stats/proportion.hpp"
#include "tests/policies/pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("all slates are equally likely whatever the scores say") {
  // 24 slates of 3 from 4: one in a million that any count differs without cause.
  Ranking ranking = plain_ranking(4, 3);
  for (std::size_t i = 0; i < 4; ++i) ranking.candidates[i].score = static_cast<float>(i * i);
  const Random policy({});
  std::map<std::vector<std::uint32_t>, std::int64_t> slates;
  constexpr std::int64_t kSlates = 12'000;
  for (std::uint64_t n = 0; n < kSlates; ++n) {
    std::vector<std::uint32_t> items;
    for (const Slot& s : policy.choose(ranking, {}, luck(n)).slots) {
      REQUIRE(s.propensity == Approx(1 / (4.0 - static_cast<double>(items.size()))));
      REQUIRE(s.marginal == Approx(0.25));
      REQUIRE(s.marginal_error == 0);
      items.push_back(s.item.value);
    }
    ++slates[items];
  }
  REQUIRE(slates.size() == 24);
  for (const auto& [items, count] : slates) CHECK(consistent_with_rate(count, kSlates, 1.0 / 24, 1e-6 / 24));
}
