// The contract of every registered policy: a new policy is tested by its row in the registry.
#include "policies/policy.hpp"

#include <cmath>
#include <map>
#include <set>

#include "base/registry.hpp"
#include "base/slate_rules.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

const Schema& policy_schema() {
  static const Schema built = [] {
    Schema s;
    PolicyParams policy;
    s.add("policy", policy);
    return s;
  }();
  return built;
}

std::unique_ptr<Policy> policy_named(std::string_view name) {
  Settings s(policy_schema());
  s.set("policy.name", std::string(name), {});
  return make_policy(s);
}

// Candidates in order of score, with ids that are not ranks.
Ranking ranking_of(int n, int slots) {
  Ranking r;
  r.slots = slots;
  for (int i = 0; i < n; ++i) {
    Candidate c;
    c.item = ItemId{static_cast<std::uint64_t>(100 + (i * 37) % 64 + 64 * (i / 64))};
    c.score = 10.0f / static_cast<float>(i + 1);
    c.heads = {0.1f, 0.2f, 0.3f, 0.4f};
    c.sources = 5;
    c.row = static_cast<std::uint16_t>(i);
    r.candidates.push_back(c);
  }
  return r;
}

// The same under rules that bind: two or three of everything, so that some slots find nobody who keeps them all.
Ranking bound_ranking_of(int n, int slots) {
  Ranking r = ranking_of(n, slots);
  r.limits = {2, 1, 1, 1, 1u << 2};
  for (int i = 0; i < n; ++i) {
    const auto u = static_cast<std::uint32_t>(i);
    r.candidates[u].traits = {CategoryId{u % 3}, CreatorId{u / 2 % 4}, u % 5 == 0 ? u % 2 + 1 : 0, u % 3 == 1, u % 4 == 3};
  }
  return r;
}

Request request_number(std::uint32_t n) {
  Request r;
  r.user = UserId{n};
  r.id = RequestId::make(r.user, 3, 1, 0);
  return r;
}

Rng rng_of(const Request& r) { return stream({17}, Stream::Exploration, request_key(r.id)); }

bool same(const Slate& a, const Slate& b) {
  return std::equal(a.slots.begin(), a.slots.end(), b.slots.begin(), b.slots.end(), [](const Slot& x, const Slot& y) {
    return x.item == y.item && x.propensity == y.propensity && x.marginal == y.marginal && x.action_set == y.action_set;
  });
}

template <class Check>
void each_policy(Check check) {
  for (const PolicyEntry& entry : policy_registry()) {
    INFO(entry.name);
    check(*policy_named(entry.name));
  }
}

// Compares what a policy logs with how often it draws it: 20,000 slates of a ranking. Every (item, slot) is compared with its
// logged marginal, and every (earlier slots, item) with its logged propensity; the failure probability of one in a million is
// shared by all comparisons. Prefixes never drawn have no row, and rows of one draw are exact tests too.
void compare_with_frequencies(const Policy& policy, const Ranking& ranking) {
  constexpr int kSlates = 20'000;
  struct Logged {
    float probability = 0;
    float error = 0;
    std::int64_t drawn = 0;
  };
  std::map<std::pair<std::size_t, std::uint32_t>, Logged> marginal;
  std::map<std::vector<std::uint32_t>, std::map<std::uint32_t, Logged>> conditional;
  std::map<std::vector<std::uint32_t>, std::int64_t> prefixes;
  for (std::uint32_t i = 0; i < kSlates; ++i) {
    const Request r = request_number(i);
    const Slate slate = policy.choose(ranking, r, rng_of(r));
    std::vector<std::uint32_t> prefix;
    for (std::size_t k = 0; k < slate.slots.size(); ++k) {
      const Slot& s = slate.slots[k];
      Logged& m = marginal[{k, s.item.value}];
      if (m.drawn == 0) m = {s.marginal, s.marginal_error, 0};
      if (s.marginal_error == 0) REQUIRE(m.probability == s.marginal);
      ++m.drawn;
      Logged& c = conditional[prefix][s.item.value];
      if (c.drawn == 0) c = {s.propensity, 0, 0};
      REQUIRE(c.probability == s.propensity);
      ++c.drawn;
      ++prefixes[prefix];
      prefix.push_back(s.item.value);
    }
  }
  std::size_t comparisons = marginal.size();
  for (const auto& [prefix, items] : conditional) comparisons += items.size();
  const double alpha = 1e-6 / static_cast<double>(comparisons);
  for (const auto& [at, logged] : marginal) {
    INFO("slot " << at.first << " item " << at.second << " drawn " << logged.drawn << " logged " << logged.probability);
    if (logged.error == 0)
      CHECK(consistent_with_rate(logged.drawn, kSlates, static_cast<double>(logged.probability), alpha));
    else
      CHECK(std::fabs(static_cast<double>(logged.drawn) / kSlates - static_cast<double>(logged.probability)) <
            7 * (static_cast<double>(logged.error) + 0.5 / std::sqrt(static_cast<double>(kSlates))));
  }
  for (const auto& [prefix, items] : conditional)
    for (const auto& [item, logged] : items) {
      INFO("after " << prefix.size() << " slots item " << item << " drawn " << logged.drawn << " of " << prefixes[prefix]
                    << " logged " << logged.probability);
      CHECK(consistent_with_rate(logged.drawn, prefixes[prefix], static_cast<double>(logged.probability), alpha));
    }
}

}  // namespace

TEST_CASE("policies have names of their own and are what the settings may choose") {
  std::set<std::string_view> names;
  for (const PolicyEntry& e : policy_registry()) {
    CHECK(names.insert(e.name).second);
    CHECK_FALSE(e.doc.empty());
  }
  CHECK(policy_schema().find("policy.name")->choices == names_of(policy_registry()));
}

TEST_CASE("a slate has as many slots as wanted or as there are candidates and no item twice") {
  each_policy([](const Policy& policy) {
    for (const int n : {0, 1, 2, 5, 19, 20, 21, 60})
      for (const int slots : {1, 5, 20})
        for (std::uint32_t i = 0; i < 20; ++i) {
          const Ranking ranking = ranking_of(n, slots);
          const Request r = request_number(i);
          const Slate slate = policy.choose(ranking, r, rng_of(r));
          REQUIRE(slate.slots.size() == static_cast<std::size_t>(std::min(n, slots)));
          std::set<ItemId> items;
          for (const Slot& s : slate.slots) {
            REQUIRE(items.insert(s.item).second);
            REQUIRE(s.propensity > 0);
            REQUIRE(s.propensity <= 1);
            REQUIRE(s.marginal > 0);
            REQUIRE(s.marginal <= 1.00001f);
            REQUIRE((s.action_set >= 1 && s.action_set <= n));
            REQUIRE(s.marginal_error >= 0);
          }
        }
  });
}

TEST_CASE("a slot carries its candidate's facts") {
  each_policy([](const Policy& policy) {
    const Ranking ranking = ranking_of(30, 20);
    for (std::uint32_t i = 0; i < 10; ++i) {
      const Request r = request_number(i);
      for (const Slot& s : policy.choose(ranking, r, rng_of(r)).slots) {
        const Candidate& c = ranking.candidates.at(s.row);
        CHECK(s.item == c.item);
        CHECK(s.score == c.score);
        CHECK(s.heads == c.heads);
        CHECK(s.sources == c.sources);
      }
    }
  });
}

TEST_CASE("the only candidate is shown for sure") {
  each_policy([](const Policy& policy) {
    const Request r = request_number(1);
    const Slate slate = policy.choose(ranking_of(1, 20), r, rng_of(r));
    REQUIRE(slate.slots.size() == 1);
    CHECK(slate.slots[0].propensity == 1);
    CHECK(slate.slots[0].marginal == Approx(1));
    CHECK(slate.slots[0].action_set == 1);
  });
}

TEST_CASE("the same luck draws the same slate") {
  each_policy([](const Policy& policy) {
    for (std::uint32_t i = 0; i < 50; ++i) {
      const Ranking ranking = ranking_of(40, 20);
      const Request r = request_number(i);
      REQUIRE(same(policy.choose(ranking, r, rng_of(r)), policy.choose(ranking, r, rng_of(r))));
    }
  });
}

TEST_CASE("what is logged is what is drawn from") {
  each_policy([](const Policy& policy) { compare_with_frequencies(policy, ranking_of(6, 4)); });
}

TEST_CASE("what is logged is what is drawn from under rules too") {
  each_policy([](const Policy& policy) { compare_with_frequencies(policy, bound_ranking_of(7, 4)); });
}

TEST_CASE("every slot holds an item that the rules admit and says how far they gave way") {
  each_policy([](const Policy& policy) {
    for (const int n : {1, 3, 6, 12, 60})
      for (std::uint32_t i = 0; i < 100; ++i) {
        const Ranking ranking = bound_ranking_of(n, 20);
        const Request r = request_number(i);
        const Slate slate = policy.choose(ranking, r, rng_of(r));
        REQUIRE(slate.slots.size() == static_cast<std::size_t>(std::min(n, 20)));
        std::vector<ItemTraits> before;
        std::set<std::uint16_t> taken;
        for (const Slot& s : slate.slots) {
          const ItemTraits& traits = ranking.candidates.at(s.row).traits;
          const std::int32_t level = slate_level(ranking.limits, before, traits);
          REQUIRE(s.waived == level);
          REQUIRE(s.marginal > 0);
          int alike = 0;
          for (const Candidate& c : ranking.candidates) {
            if (taken.contains(c.row)) continue;
            const std::int32_t other = slate_level(ranking.limits, before, c.traits);
            REQUIRE(level <= other);
            alike += level == other;
          }
          REQUIRE(s.action_set <= alike);
          before.push_back(traits);
          taken.insert(s.row);
        }
      }
  });
}

TEST_CASE("a loaded policy draws as the original") {
  for (const PolicyEntry& e : policy_registry()) {
    INFO(e.name);
    const auto a = policy_named(e.name), b = policy_named(e.name);
    load_state(*b, save_state(*a));
    for (std::uint32_t i = 0; i < 20; ++i) {
      const Request r = request_number(i);
      REQUIRE(same(a->choose(ranking_of(30, 20), r, rng_of(r)), b->choose(ranking_of(30, 20), r, rng_of(r))));
    }
  }
}
