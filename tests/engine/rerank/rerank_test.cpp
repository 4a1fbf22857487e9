#include "engine/rerank/rerank.hpp"

#include <algorithm>
#include <set>

#include "base/slate_audit.hpp"
#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr std::array kMethods{"none", "mmr", "calibrated"};

// Items with every trait that a rule reads; few or many kinds of each.
std::vector<ItemFacts> random_shelf(Rng& rng, std::size_t n) {
  auto shelf = make_shelf(n, 1 + uniform_below(rng, 10), rng());
  const std::uint32_t creators = 1 + uniform_below(rng, 20), series = 1 + uniform_below(rng, 8);
  const double in_series = rng.uniform(), paid = rng.uniform() * rng.uniform();
  for (ItemFacts& item : shelf) {
    item.creator = CreatorId{uniform_below(rng, creators)};
    item.series = bernoulli(rng, in_series) ? 1 + uniform_below(rng, series) : 0;
    item.sponsored = bernoulli(rng, paid);
  }
  return shelf;
}

std::vector<Candidate> candidates_of(Rng& rng, Catalog catalog, double exposed) {
  std::vector<Candidate> v(catalog.size());
  for (std::size_t i = 0; i < v.size(); ++i) {
    v[i].item = ItemId{i};
    v[i].row = static_cast<std::uint16_t>(i);
    v[i].score = static_cast<float>(uniform_below(rng, 40)) / 8.0f - 2;
    v[i].traits = traits_of(catalog[i]);
    v[i].traits.under_exposed = bernoulli(rng, exposed);
  }
  return v;
}

bool in_order(const Candidate& a, const Candidate& b) { return a.score != b.score ? a.score > b.score : a.item < b.item; }

RerankParams random_params(Rng& rng) {
  RerankParams p;
  p.method = kMethods[uniform_below(rng, kMethods.size())];
  const auto cap = [&rng](std::int64_t low) {
    return bernoulli(rng, 0.2) ? std::int64_t{kMaxSlate} : low + static_cast<std::int64_t>(uniform_below(rng, 4));
  };
  p.rules = {cap(1), cap(1), cap(1), cap(0)};
  p.mmr.lambda = rng.uniform();
  p.calibrated.lambda = rng.uniform();
  return p;
}

}  // namespace

TEST_CASE("over random candidate lists every slate is full and keeps the rules as far as anyone left can") {
  for (std::uint64_t n = 0; n < 4000; ++n) {
    INFO("list " << n);
    Rng rng = stream({31}, Stream::Test, entity_key(n));
    const std::size_t size = bernoulli(rng, 0.2) ? uniform_below(rng, 3) : uniform_below(rng, 70);
    const auto shelf = random_shelf(rng, size);
    const RerankParams params = random_params(rng);
    Ranking ranking;
    ranking.slots = 1 + static_cast<int>(uniform_below(rng, kMaxSlate));
    ranking.limits = slate_limits(params.rules);
    ranking.candidates = candidates_of(rng, shelf, rng.uniform());
    std::sort(ranking.candidates.begin(), ranking.candidates.end(), in_order);
    const auto before = ranking.candidates;
    OnlineFeatures user;
    for (std::size_t c = 0; c < 5; ++c) user.category_clicks[c] = static_cast<float>(uniform_below(rng, 9));
    Ranking again = ranking;
    rerank(params, shelf, user, ranking);
    rerank(params, shelf, user, again);

    // A permutation, the same every time, whose tail stays in order of score.
    const auto& c = ranking.candidates;
    REQUIRE(c.size() == size);
    const std::size_t slots = std::min<std::size_t>(static_cast<std::size_t>(ranking.slots), size);
    std::set<ItemId> items;
    for (std::size_t i = 0; i < size; ++i) {
      REQUIRE(items.insert(c[i].item).second);
      REQUIRE(c[i].item == again.candidates[i].item);
    }
    REQUIRE(std::is_sorted(c.begin() + static_cast<std::ptrdiff_t>(slots), c.end(), in_order));

    // Nobody left would have broken less.
    std::vector<ItemTraits> slate;
    Interaction page;
    for (std::size_t k = 0; k < slots; ++k) {
      const std::int32_t level = slate_level(ranking.limits, slate, c[k].traits);
      for (std::size_t i = k + 1; i < size; ++i) REQUIRE(level <= slate_level(ranking.limits, slate, c[i].traits));
      slate.push_back(c[k].traits);
      page.slate.slots.emplace_back();
      page.slate.slots.back().item = c[k].item;
      page.slate.slots.back().waived = level;
    }
    SlateAudit audit;
    audit.add(page, shelf, ranking.limits);
    REQUIRE(audit.violations() == 0);

    // Relevance alone: of those admitted, always the best.
    if (params.method == "none") {
      SlateRules rules;
      rules.begin(ranking.limits, before);
      std::vector<std::uint16_t> admitted;
      for (std::size_t k = 0; k < slots; ++k) {
        rules.admitted(admitted);
        REQUIRE(before[admitted[0]].item == c[k].item);
        rules.take(admitted[0]);
      }
    }
  }
}

TEST_CASE("without rules and without a method nothing moves") {
  Rng rng = stream({1}, Stream::Test, {});
  const auto shelf = random_shelf(rng, 50);
  RerankParams params;
  params.method = "none";
  Ranking ranking;
  ranking.slots = 20;
  ranking.candidates = candidates_of(rng, shelf, 0.5);
  std::sort(ranking.candidates.begin(), ranking.candidates.end(), in_order);
  const auto before = ranking.candidates;
  rerank(params, shelf, {}, ranking);
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(ranking.candidates[i].item == before[i].item);
}

TEST_CASE("one category fills the slate and its cap rises by one at a time") {
  auto shelf = make_shelf(40, 1);
  for (std::size_t i = 0; i < shelf.size(); ++i) {
    shelf[i].creator = CreatorId{i};
    shelf[i].category = CategoryId{i % 3};
  }
  Rng rng = stream({2}, Stream::Test, {});
  RerankParams params;
  Ranking ranking;
  ranking.slots = 20;
  ranking.limits = slate_limits(params.rules);
  ranking.candidates = candidates_of(rng, shelf, 0);
  std::sort(ranking.candidates.begin(), ranking.candidates.end(), in_order);
  for (const char* method : kMethods) {
    params.method = method;
    Ranking r = ranking;
    rerank(params, shelf, {}, r);
    std::array<int, 3> shown{};
    for (std::size_t k = 0; k < 20; ++k) {
      const int now = ++shown[r.candidates[k].traits.category.index()];
      CHECK(now <= std::max<int>(3, static_cast<int>(k) / 3 + 1));  // three categories can hold slot k under that cap
    }
    for (const int n : shown) CHECK((n == 6 || n == 7));
  }
}

TEST_CASE("the pool is the best by score and reaches further only for rules and new items that it cannot serve") {
  for (std::uint64_t n = 0; n < 1000; ++n) {
    Rng rng = stream({37}, Stream::Test, entity_key(n));
    const auto shelf = random_shelf(rng, uniform_below(rng, 120));
    RerankParams params = random_params(rng);
    const std::size_t slots = 1 + uniform_below(rng, 20), depth = slots + uniform_below(rng, 30);
    const SlateLimits limits = slate_limits(params.rules);
    const auto before = candidates_of(rng, shelf, 0.1);
    auto pool = before, sorted = before;
    const int new_items = static_cast<int>(uniform_below(rng, 5));
    keep_pool(pool, limits, slots, depth, new_items);
    std::sort(sorted.begin(), sorted.end(), in_order);
    REQUIRE(pool.size() >= std::min(depth, before.size()));
    REQUIRE(pool.size() <= depth + slots + static_cast<std::size_t>(new_items));
    REQUIRE(std::is_sorted(pool.begin(), pool.end(), in_order));
    for (std::size_t i = 0; i < std::min(depth, before.size()); ++i) REQUIRE(pool[i].item == sorted[i].item);
    // Who walks through the pool gets as far as who walks through the whole list, and it has as many under-exposed items.
    const auto fit = [&](const std::vector<Candidate>& list) {
      RuleWalk walk(limits, slots);
      return std::count_if(list.begin(), list.end(), [&](const Candidate& c) { return walk.take(c.traits); });
    };
    const auto exposed = [&](const std::vector<Candidate>& list) {
      return std::min<std::ptrdiff_t>(
          new_items, std::count_if(list.begin(), list.end(), [](const Candidate& c) { return c.traits.under_exposed; }));
    };
    REQUIRE(fit(pool) == fit(sorted));
    REQUIRE(can_fill(pool, limits, slots) == can_fill(sorted, limits, slots));
    REQUIRE(exposed(pool) == exposed(before));
  }
}

TEST_CASE("every method can be chosen and each rule be switched off") {
  for (const char* method : kMethods)
    CHECK(engine_settings({std::string("engine.rerank.method=") + method}).read<RerankParams>("engine.rerank").method ==
          method);
  const auto off = engine_settings({"engine.rerank.rules.per_category=32", "engine.rerank.rules.per_series=32",
                                    "engine.rerank.rules.creator_run=32", "engine.rerank.rules.sponsored=32"})
                       .read<RerankParams>("engine.rerank");
  CHECK(slate_limits(off.rules) == SlateLimits{});
  CHECK_FALSE(slate_limits(RuleParams{}) == SlateLimits{});
}
