#include "base/slate_rules.hpp"

#include <algorithm>
#include <set>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Candidate candidate(std::uint64_t category, std::uint64_t creator, std::uint32_t series = 0, bool sponsored = false) {
  Candidate c;
  c.traits = {CategoryId{category}, CreatorId{creator}, series, sponsored, false};
  return c;
}

std::vector<Candidate> random_candidates(Rng& rng, std::size_t n) {
  std::vector<Candidate> v;
  const std::uint32_t categories = 1 + uniform_below(rng, 8), creators = 1 + uniform_below(rng, 10);
  for (std::size_t i = 0; i < n; ++i)
    v.push_back(candidate(uniform_below(rng, categories), uniform_below(rng, creators),
                          bernoulli(rng, 0.5) ? 1 + uniform_below(rng, 6) : 0, bernoulli(rng, 0.3)));
  return v;
}

SlateLimits random_limits(Rng& rng) {
  const auto cap = [&rng](std::int32_t low) {
    return bernoulli(rng, 0.3) ? kMaxSlate : low + static_cast<std::int32_t>(uniform_below(rng, 4));
  };
  SlateLimits limits{cap(1), cap(1), cap(1), cap(0)};
  return limits;
}

}  // namespace

TEST_CASE("levels kept current equal those worked out anew after every pick") {
  SlateRules rules;
  for (std::uint64_t n = 0; n < 2000; ++n) {
    Rng rng = stream({3}, Stream::Test, entity_key(n));
    const auto candidates = random_candidates(rng, uniform_below(rng, 50));
    const SlateLimits limits = random_limits(rng);
    rules.begin(limits, candidates);
    for (int turn = 0; turn < 2; ++turn) {
      std::vector<ItemTraits> slate;
      std::set<std::size_t> taken;
      while (slate.size() < kMaxSlate && slate.size() < candidates.size()) {
        REQUIRE(rules.left() == candidates.size() - slate.size());
        std::int32_t least = SlateRules::kTaken;
        for (std::size_t i = 0; i < candidates.size(); ++i) {
          const std::int32_t want = taken.contains(i) ? SlateRules::kTaken : slate_level(limits, slate, candidates[i].traits);
          REQUIRE(rules.levels()[i] == want);
          least = std::min(least, want);
        }
        REQUIRE(rules.least() == least);
        std::vector<std::uint16_t> admitted;
        rules.admitted(admitted);
        REQUIRE_FALSE(admitted.empty());
        for (const std::uint16_t i : admitted) REQUIRE(rules.admits(i));
        // Now and then one that breaks a rule: the levels must follow whatever stands in the slate.
        std::size_t pick = admitted[uniform_below(rng, static_cast<std::uint32_t>(admitted.size()))];
        if (bernoulli(rng, 0.2)) do
            pick = uniform_below(rng, static_cast<std::uint32_t>(candidates.size()));
          while (taken.contains(pick));
        taken.insert(pick);
        slate.push_back(candidates[pick].traits);
        rules.take(pick);
      }
      rules.restart();
    }
  }
}

TEST_CASE("each rule counts what it says") {
  const auto level = [](const SlateLimits& limits, const std::vector<Candidate>& slate, const Candidate& c) {
    std::vector<ItemTraits> traits;
    for (const auto& s : slate) traits.push_back(s.traits);
    return slate_level(limits, traits, c.traits);
  };
  SlateLimits category;
  category.per_category = 2;
  CHECK(level(category, {candidate(1, 1), candidate(2, 2)}, candidate(1, 3)) == 0);
  CHECK(excess(level(category, {candidate(1, 1), candidate(1, 2)}, candidate(1, 3)), SlateRule::Category) == 1);
  CHECK(excess(level(category, {candidate(1, 1), candidate(1, 2), candidate(1, 4)}, candidate(1, 3)), SlateRule::Category) ==
        2);
  SlateLimits series;
  series.per_series = 1;
  CHECK(level(series, {candidate(1, 1, 0)}, candidate(1, 1, 0)) == 0);
  CHECK(excess(level(series, {candidate(1, 1, 5), candidate(1, 1, 6)}, candidate(1, 1, 5)), SlateRule::Series) == 1);
  SlateLimits run;
  run.creator_run = 1;
  CHECK(level(run, {candidate(1, 7), candidate(1, 8)}, candidate(1, 7)) == 0);
  CHECK(excess(level(run, {candidate(1, 8), candidate(1, 7)}, candidate(1, 7)), SlateRule::CreatorRun) == 1);
  run.creator_run = 2;
  CHECK(level(run, {candidate(1, 8), candidate(1, 7)}, candidate(1, 7)) == 0);
  SlateLimits sponsored;
  sponsored.sponsored = 0;
  CHECK(excess(level(sponsored, {}, candidate(1, 1, 0, true)), SlateRule::Sponsored) == 1);
  CHECK(level(sponsored, std::vector<Candidate>(kSponsoredTop, candidate(1, 1)), candidate(1, 1, 0, true)) == 0);
}

TEST_CASE("a dearer rule outweighs all cheaper ones") {
  const SlateLimits limits{1, 1, 1, 0};
  std::vector<ItemTraits> slate;
  for (int i = 0; i < 30; ++i) slate.push_back(candidate(1, 1, 3).traits);
  const SlateLimits sponsors{kMaxSlate, kMaxSlate, kMaxSlate, 0};
  CHECK(slate_level({}, slate, candidate(1, 1, 3).traits) == 0);
  const auto run = slate_level(limits, slate, candidate(2, 1).traits),
             category = slate_level(limits, slate, candidate(1, 1).traits),
             series = slate_level(limits, slate, candidate(2, 2, 3).traits);
  CHECK(0 < run);
  CHECK(run < category);
  CHECK(category < series);
  slate.resize(10);
  CHECK(slate_level(limits, slate, candidate(1, 1, 3).traits) < slate_level(sponsors, slate, candidate(2, 2, 0, true).traits));
}

TEST_CASE("rules that no slate of the candidates can break cannot bind") {
  SlateRules rules;
  const std::vector<Candidate> apart{candidate(1, 1, 1), candidate(2, 2, 2), candidate(3, 3), candidate(4, 4, 0, true)};
  rules.begin({1, 1, 1, 1}, apart);
  CHECK_FALSE(rules.can_bind());
  rules.begin({1, 1, 1, 0}, apart);
  CHECK(rules.can_bind());
  for (const Candidate& twin : {candidate(1, 9), candidate(9, 1), candidate(9, 9, 1), candidate(9, 9, 0, true)}) {
    auto more = apart;
    more.push_back(twin);
    rules.begin({1, 1, 1, 1}, more);
    CHECK(rules.can_bind());
    rules.begin({2, 2, 2, 2}, more);
    CHECK_FALSE(rules.can_bind());
    rules.begin({}, more);
    CHECK_FALSE(rules.can_bind());
  }
}

TEST_CASE("blocked items and those unlicensed where the user is or above their age may not be shown") {
  ItemFacts item;
  Request request;
  request.country = 2;
  request.age_bucket = 1;
  CHECK(may_be_shown(item, request));
  item.regions = 1u << 2;
  item.min_age = 1;
  CHECK(may_be_shown(item, request));
  item.min_age = 2;
  CHECK_FALSE(may_be_shown(item, request));
  item.min_age = 0;
  item.regions = ~(1u << 2);
  CHECK_FALSE(may_be_shown(item, request));
  item.regions = ~0u;
  item.blocked = true;
  CHECK_FALSE(may_be_shown(item, request));
}
