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
  r.width = 3;
  for (int i = 0; i < n; ++i)
    for (const float x : {0.2f * static_cast<float>(i % 7), 1.5f, static_cast<float>(i % 2)}) r.features.push_back(x);
  return r;
}

Ranking ranking_with_new(int n, int slots) {
  Ranking r = ranking_of(n, slots);
  for (Candidate& c : r.candidates) c.traits.under_exposed = c.row % 3 == 2;
  return r;
}

// The same under rules that bind: two or three of everything, so that some slots find nobody who keeps them all.
Ranking bound_ranking_of(int n, int slots) {
  Ranking r = ranking_of(n, slots);
  r.limits = {2, 1, 1, 1};
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

// Lets the policy learn from pages of its own, in batches of several sizes. Whether an item is clicked is a matter of luck.
void teach(Policy& policy, int batches) {
  std::uint32_t n = 1'000'000;
  for (int batch = 0; batch < batches; ++batch) {
    std::vector<Interaction> pages;
    for (int i = 0; i <= 7 * batch % 20; ++i) {
      Interaction page;
      page.request = request_number(++n);
      page.request.time = SimTime{} + kHour * batch;
      const Ranking ranking = ranking_of(12, 5);
      page.slate = policy.choose(ranking, page.request, rng_of(page.request));
      page.width = ranking.width;
      Rng luck = stream({n}, Stream::Test, {});
      for (Slot& s : page.slate.slots) {
        for (int f = 0; f < ranking.width; ++f)
          page.features.push_back(ranking.features[static_cast<std::size_t>(s.row * ranking.width + f)]);
        SlotOutcome outcome;
        outcome.seen = luck.uniform() < 0.8;
        outcome.clicked = outcome.seen && luck.uniform() < 0.05 + 0.1 * (s.item.value % 3);
        page.outcome.slots.push_back(outcome);
      }
      pages.push_back(std::move(page));
    }
    policy.learn(pages);
  }
}

// Each policy as it begins, and when it has learned.
template <class Check>
void each_policy(Check check) {
  for (const PolicyEntry& entry : policy_registry())
    for (const int batches : {0, 40}) {
      INFO(entry.name << " after " << batches << " batches");
      const auto policy = policy_named(entry.name);
      teach(*policy, batches);
      check(*policy);
    }
}

// Compares what a policy logs with how often it draws it. Every (item, slot) is compared with its
// logged marginal, and every (earlier slots, item) with its logged propensity; the failure probability of one in a million is
// shared by all comparisons. Prefixes never drawn have no row, and rows of one draw are exact tests too.
void compare_with_frequencies(const Policy& policy, const Ranking& ranking, std::uint32_t slates = 4000) {
  struct Logged {
    float probability = 0;
    float error = 0;
    std::int64_t drawn = 0;
  };
  std::map<std::pair<std::size_t, std::uint32_t>, Logged> marginal;
  std::map<std::vector<std::uint32_t>, std::map<std::uint32_t, Logged>> conditional;
  std::map<std::vector<std::uint32_t>, std::int64_t> prefixes;
  for (std::uint32_t i = 0; i < slates; ++i) {
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
      if (c.drawn == 0) c = {s.propensity, s.propensity_error, 0};
      if (c.error == 0) REQUIRE(c.probability == s.propensity);
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
      CHECK(consistent_with_rate(logged.drawn, slates, static_cast<double>(logged.probability), alpha));
    else
      CHECK(std::fabs(static_cast<double>(logged.drawn) / slates - static_cast<double>(logged.probability)) <
            7 * (static_cast<double>(logged.error) + 0.5 / std::sqrt(static_cast<double>(slates))));
  }
  for (const auto& [prefix, items] : conditional)
    for (const auto& [item, logged] : items) {
      INFO("after " << prefix.size() << " slots item " << item << " drawn " << logged.drawn << " of " << prefixes[prefix]
                    << " logged " << logged.probability);
      if (logged.error == 0)
        CHECK(consistent_with_rate(logged.drawn, prefixes[prefix], static_cast<double>(logged.probability), alpha));
      else
        CHECK(std::fabs(static_cast<double>(logged.drawn) / static_cast<double>(prefixes[prefix]) -
                        static_cast<double>(logged.probability)) <
              7 * (static_cast<double>(logged.error) + 0.5 / std::sqrt(static_cast<double>(prefixes[prefix]))));
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

TEST_CASE("what is logged is what is drawn from in a hundred thousand slates", "[slow]") {
  each_policy([](const Policy& policy) {
    compare_with_frequencies(policy, ranking_of(6, 4), 100'000);
    compare_with_frequencies(policy, bound_ranking_of(7, 4), 100'000);
  });
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
    teach(*a, 40);
    load_state(*b, save_state(*a));
    for (std::uint32_t i = 0; i < 20; ++i) {
      const Request r = request_number(i);
      REQUIRE(same(a->choose(ranking_of(30, 20), r, rng_of(r)), b->choose(ranking_of(30, 20), r, rng_of(r))));
    }
  }
}

TEST_CASE("a budget of exploration is logged as the mixture it is") {
  for (const PolicyEntry& entry : policy_registry()) {
    INFO(entry.name);
    const auto policy = policy_named(entry.name);
    teach(*policy, 20);
    policy->set_explore({.share = 0.3, .cold_share = 0.8, .new_item_share = 0.2, .marginal_draws = 16});
    Ranking ranking = bound_ranking_of(6, 3);
    compare_with_frequencies(*policy, ranking);
    ranking.cohort = Cohort::Cold;
    compare_with_frequencies(*policy, ranking);
  }
}

TEST_CASE("with no budget at all every policy serves the ranking") {
  each_policy([](const Policy& policy) {
    auto& all = const_cast<Policy&>(policy);
    all.set_explore({.share = 0, .cold_share = 0});
    const Request r = request_number(3);
    const Slate slate = policy.choose(ranking_of(30, 20), r, rng_of(r));
    for (std::size_t k = 0; k < slate.slots.size(); ++k) {
      CHECK(slate.slots[k].row == k);
      CHECK(slate.slots[k].propensity == 1);
      CHECK(slate.slots[k].action_set == 1);
    }
  });
}

TEST_CASE("the explored share of slots is the budget's and new items get theirs") {
  // Uniform draws within the budget: a slot holds the best of who is left with probability 0.96 + 0.04 / 30 and more.
  // One in a million that a comparison fails without cause.
  const auto policy = policy_named("random");
  policy->set_explore({.share = 0.04, .cold_share = 0.1});
  const Ranking steady = ranking_of(30, 1);
  Ranking cold = steady;
  cold.cohort = Cohort::Cold;
  std::int64_t steady_best = 0, cold_best = 0, fresh = 0;
  constexpr std::int64_t kPages = 20'000;
  for (std::uint32_t n = 0; n < kPages; ++n) {
    const Request r = request_number(n);
    steady_best += policy->choose(steady, r, rng_of(r)).slots[0].row == 0;
    cold_best += policy->choose(cold, r, rng_of(r)).slots[0].row == 0;
  }
  CHECK(consistent_with_rate(steady_best, kPages, 0.96 + 0.04 / 30, 3e-7));
  CHECK(consistent_with_rate(cold_best, kPages, 0.9 + 0.1 / 30, 3e-7));
  policy->set_explore({.share = 0, .cold_share = 0, .new_item_share = 0.05});
  Ranking some_new = steady;
  some_new.candidates[20].traits.under_exposed = some_new.candidates[25].traits.under_exposed = true;
  for (std::uint32_t n = 0; n < kPages; ++n) {
    const Request r = request_number(n);
    fresh += policy->choose(some_new, r, rng_of(r)).slots[0].row == 25;
  }
  CHECK(consistent_with_rate(fresh, kPages, 0.025, 3e-7));
}

TEST_CASE("exposure slots hold uniform draws of the under-exposed and the log says so") {
  const auto policy = policy_named("greedy");
  policy->set_explore({.exposure_slots = 2});
  CHECK(policy->new_items() == 2);
  Ranking ranking = ranking_of(30, 20);
  for (const std::size_t i : {20u, 25u, 28u}) ranking.candidates[i].traits.under_exposed = true;
  std::map<std::uint16_t, std::int64_t> first;
  constexpr std::int64_t kPages = 6000;
  for (std::uint32_t n = 0; n < kPages; ++n) {
    const Request r = request_number(n);
    const Slate slate = policy->choose(ranking, r, rng_of(r));
    for (std::size_t k = 0, next = 0; k < 20; ++k) {
      const Slot& s = slate.slots[k];
      if (k == 6 || k == 13) {
        REQUIRE(ranking.candidates[s.row].traits.under_exposed);
        REQUIRE(s.action_set == (k == 6 ? 3 : 2));
        REQUIRE(s.propensity == 1.0f / static_cast<float>(s.action_set));
        REQUIRE(s.propensity_error == 0);
      } else {
        REQUIRE(s.row == next++);  // 18 in order: nobody new is among the best of these
        REQUIRE(s.propensity == 1);
        REQUIRE(s.action_set == 1);
      }
    }
    ++first[slate.slots[6].row];
  }
  // One in a million that any of the three differs without cause.
  for (const auto& [row, drawn] : first) CHECK(consistent_with_rate(drawn, kPages, 1.0 / 3, 3e-7));
}

TEST_CASE("exposure slots stand apart evenly and go back to the policy when nobody under-exposed is left") {
  const auto policy = policy_named("greedy");
  const Request r = request_number(1);
  for (std::int64_t n = 0; n <= kMaxSlate; ++n)
    for (const int slots : {1, 2, 7, 20, kMaxSlate}) {
      policy->set_explore({.exposure_slots = n});
      Ranking ranking = ranking_of(64, slots);
      for (std::size_t i = 32; i < 64; ++i) ranking.candidates[i].traits.under_exposed = true;
      const Slate slate = policy->choose(ranking, r, rng_of(r));
      const std::int64_t count = std::min<std::int64_t>(n, slots);
      std::set<std::size_t> wanted, found;
      for (std::int64_t j = 1; j <= count; ++j) wanted.insert(static_cast<std::size_t>(j * slots / (count + 1)));
      for (std::size_t k = 0; k < slate.slots.size(); ++k)
        if (slate.slots[k].row >= 32) found.insert(k);
      REQUIRE(found == wanted);
      REQUIRE(std::ssize(found) == count);
    }
  policy->set_explore({.exposure_slots = 3});
  Ranking one = ranking_of(30, 20);
  one.candidates[29].traits.under_exposed = true;
  const Slate slate = policy->choose(one, r, rng_of(r));
  CHECK(slate.slots[5].row == 29);
  CHECK(slate.slots[5].action_set == 1);
  for (std::size_t k = 0; k < 20; ++k) {
    if (k != 5) CHECK(slate.slots[k].row == (k < 5 ? k : k - 1));
    CHECK(slate.slots[k].propensity == 1);
    CHECK(slate.slots[k].marginal == 1);
  }
}

TEST_CASE("exposure slots of every policy are logged as drawn and keep the rules of the slate") {
  for (const PolicyEntry& entry : policy_registry()) {
    INFO(entry.name);
    const auto policy = policy_named(entry.name);
    teach(*policy, 20);
    policy->set_explore({.share = 0.5, .new_item_share = 0.2, .exposure_slots = 1, .marginal_draws = 16});
    compare_with_frequencies(*policy, ranking_with_new(6, 3));
    const Ranking bound = bound_ranking_of(7, 4);
    compare_with_frequencies(*policy, bound, 2000);
    for (std::uint32_t i = 0; i < 200; ++i) {
      const Request r = request_number(i);
      std::vector<ItemTraits> before;
      std::set<std::uint16_t> taken;
      for (const Slot& s : policy->choose(bound, r, rng_of(r)).slots) {
        const std::int32_t level = slate_level(bound.limits, before, bound.candidates[s.row].traits);
        for (const Candidate& c : bound.candidates)
          if (!taken.contains(c.row)) REQUIRE(level <= slate_level(bound.limits, before, c.traits));
        before.push_back(bound.candidates[s.row].traits);
        taken.insert(s.row);
      }
    }
  }
}

TEST_CASE("one slot chosen without a log is the slot of a page") {
  each_policy([](const Policy& policy) {
    for (std::uint32_t i = 0; i < 50; ++i) {
      const Request r = request_number(i);
      const Ranking ranking = ranking_of(40, 1);
      CHECK(policy.choose_one(ranking, r, rng_of(r)).item == policy.choose(ranking, r, rng_of(r)).slots[0].item);
    }
  });
}
