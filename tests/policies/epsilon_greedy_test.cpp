#include "policies/epsilon_greedy.hpp"

#include <map>

#include "policies/greedy.hpp"
#include "policies/propensity.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Ranking ranking_of(std::uint64_t n, int slots) {
  Ranking r;
  r.slots = slots;
  for (std::uint64_t i = 0; i < n; ++i) {
    r.candidates.emplace_back();
    r.candidates.back().item = ItemId{i};
  }
  return r;
}

Slate draw(double epsilon, const Ranking& ranking, std::uint64_t n) {
  EpsilonGreedy::Params p;
  p.epsilon = epsilon;
  return EpsilonGreedy(p).choose(ranking, {}, stream({23}, Stream::Exploration, entity_key(n)));
}

}  // namespace

TEST_CASE("without exploration epsilon-greedy is greedy") {
  const Ranking ranking = ranking_of(30, 20);
  for (std::uint64_t n = 0; n < 50; ++n) {
    const Slate slate = draw(0, ranking, n);
    const Slate greedy = Greedy({}).choose(ranking, {}, stream({1}, Stream::Exploration, {}));
    for (std::size_t k = 0; k < 20; ++k) {
      REQUIRE(slate.slots[k].item == greedy.slots[k].item);
      REQUIRE(slate.slots[k].propensity == 1);
      REQUIRE(slate.slots[k].marginal == 1);
      REQUIRE(slate.slots[k].action_set == static_cast<std::int32_t>(30 - k));
    }
  }
}

TEST_CASE("slates occur as often as the product of their propensities") {
  // All 60 slates of 3 from 5, at three rates: one in a million that any comparison fails without cause.
  constexpr int kSlates = 20'000;
  for (const double epsilon : {0.1, 0.5, 1.0}) {
    const Ranking ranking = ranking_of(5, 3);
    std::map<std::vector<std::uint32_t>, std::pair<std::int64_t, double>> slates;
    for (int n = 0; n < kSlates; ++n) {
      const Slate slate = draw(epsilon, ranking, static_cast<std::uint64_t>(n));
      std::vector<std::uint32_t> items;
      double product = 1;
      for (const Slot& s : slate.slots) {
        items.push_back(s.item.value);
        product *= static_cast<double>(s.propensity);
      }
      auto& [count, p] = slates[items];
      ++count;
      p = product;
    }
    double mass = 0;
    for (const auto& [items, seen] : slates) {
      CHECK(consistent_with_rate(seen.first, kSlates, seen.second, 1e-6 / (3 * 60)));
      mass += seen.second;
    }
    CHECK(mass <= 1 + 1e-5);
    if (epsilon >= 0.5) CHECK(mass == Approx(1).epsilon(0.01));  // nearly every slate was drawn
  }
}

TEST_CASE("the logged marginal is the closed form of the item's rank and slot") {
  const Ranking ranking = ranking_of(12, 6);
  for (std::uint64_t n = 0; n < 300; ++n) {
    const Slate slate = draw(0.3, ranking, n);
    for (std::size_t k = 0; k < 6; ++k) {
      const double want = epsilon_greedy_marginals(0.3, 12, static_cast<int>(slate.slots[k].item.value), 6)[k];
      REQUIRE(static_cast<double>(slate.slots[k].marginal) == Approx(want).epsilon(1e-6));
    }
  }
}
