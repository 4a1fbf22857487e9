#include "engine/recommender.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <set>

#include "engine/retrieval/popularity.hpp"
#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr std::size_t kUsers = 20;

// A recommender that served and learned from its own pages for some days.
struct Bench {
  explicit Bench(const std::vector<std::string>& sets = {}, std::size_t items = 120)
      : shelf(make_shelf(items)), settings(engine_settings(sets)), pipeline(settings, {1}), recommender(settings, pipeline) {
    pipeline.learn({}, SimTime{0}, shelf);
  }
  Ranking ask(UserId user, SimTime time, std::uint32_t ordinal = 0, std::uint8_t page = 0) {
    StageLaps laps{};
    StageClock clock(laps);
    return recommender.recommend(request_of(user, time, ordinal, page), users[user.index()], shelf, clock);
  }
  void day(std::int64_t d) {
    std::vector<Interaction> batch;
    for (std::size_t u = 0; u < kUsers; ++u)
      for (std::uint32_t n = 0; n < 6; ++n) {
        const SimTime t = SimTime{0} + kDay * d + kHour * (4 + 2 * n) + kSecond * static_cast<std::int64_t>(u);
        const Request r = request_of(UserId{u}, t, n);
        StageLaps laps{};
        StageClock clock(laps);
        const Ranking ranking = recommender.recommend(r, users[u], shelf, clock);
        Interaction page;
        page.request = r;
        page.width = ranking.width;
        Rng rng = stream({77}, Stream::Test, request_key(r.id));
        for (std::size_t k = 0; k < std::min<std::size_t>(20, ranking.candidates.size()); ++k) {
          const Candidate& c = ranking.candidates[k];
          page.slate.slots.emplace_back();
          page.slate.slots.back().item = c.item;
          page.features.insert(page.features.end(), ranking.features.begin() + c.row * ranking.width,
                               ranking.features.begin() + (c.row + 1) * ranking.width);
          // A user likes items of one category.
          const bool fits = shelf[c.item.index()].category.index() == u % 4;
          page.outcome.slots.push_back(bernoulli(rng, fits ? 0.3 : 0.05)
                                           ? play(shelf[c.item.index()], rng.uniform(), bernoulli(rng, 0.1))
                                           : SlotOutcome{});
        }
        page.outcome.end = t + kMinute;
        recommender.observe(users[u], page, shelf);
        batch.push_back(std::move(page));
      }
    std::sort(batch.begin(), batch.end(), canonical_before);
    pipeline.learn(batch, SimTime{0} + kDay * (d + 1), shelf);
  }

  std::vector<ItemFacts> shelf;
  Settings settings;
  Pipeline pipeline;
  Recommender recommender;
  std::vector<OnlineFeatures> users{kUsers};
};

// Scores alone order the page.
std::vector<std::string> plain(std::vector<std::string> sets = {}) {
  for (const char* set :
       {"engine.rerank.method=none", "engine.rerank.rules.per_category=32", "engine.rerank.rules.per_series=32",
        "engine.rerank.rules.creator_run=32", "engine.rerank.rules.sponsored=32"})
    sets.emplace_back(set);
  return sets;
}

std::vector<ItemId> items_of(const Ranking& r) {
  std::vector<ItemId> items;
  for (const Candidate& c : r.candidates) items.push_back(c.item);
  return items;
}

}  // namespace

TEST_CASE("a ranking holds no item twice and none that the user clicked or this visit showed") {
  Bench bench;
  for (std::int64_t d = 0; d < 3; ++d) bench.day(d);
  for (std::size_t u = 0; u < kUsers; ++u) {
    auto& user = bench.users[u];
    user.shown = {ItemId{0}, ItemId{1}, ItemId{2}, ItemId{60}};
    for (const std::uint8_t page : {std::uint8_t{0}, std::uint8_t{1}}) {
      const Ranking r = bench.ask(UserId{u}, SimTime{0} + kDay * 3, 7, page);
      auto items = items_of(r);
      CHECK(items.size() >= 20);
      CHECK(items.size() <= 60);
      for (const ItemId item : items) {
        REQUIRE(std::find(user.consumed.begin(), user.consumed.end(), item) == user.consumed.end());
        if (page > 0) REQUIRE(std::find(user.shown.begin(), user.shown.end(), item) == user.shown.end());
      }
      std::sort(items.begin(), items.end());
      REQUIRE(std::adjacent_find(items.begin(), items.end()) == items.end());
    }
  }
}

TEST_CASE("every candidate names a source that nominated it and the row that was scored") {
  Bench bench({"engine.cold.content=1", "engine.cold.plays=1"});
  for (std::int64_t d = 0; d < 2; ++d) bench.day(d);
  const Request r = request_of(UserId{3}, SimTime{0} + kDay * 2 + kHour, 9);
  StageLaps laps{};
  StageClock clock(laps);
  const Ranking ranking = bench.recommender.recommend(r, bench.users[3], bench.shelf, clock);
  REQUIRE(ranking.width == feature_count());
  RowWriter rows(r, bench.users[3], bench.shelf, bench.pipeline.stats(), bench.pipeline.served_week(),
                 bench.pipeline.item_features().current());
  const auto serving = bench.settings.read<ServingParams>("engine");
  for (const Candidate& c : ranking.candidates) {
    std::uint16_t sources = 0;
    for (std::size_t s = 0; s < bench.pipeline.live().sources.size(); ++s) {
      for (const Scored& n : nominate(*bench.pipeline.live().sources[s], r, bench.users[3], bench.shelf,
                                      static_cast<std::size_t>(serving.quota.by_source[s])))
        if (n.item == c.item) sources |= static_cast<std::uint16_t>(1u << s);
    }
    CHECK(c.sources == sources);
    std::vector<float> row(static_cast<std::size_t>(feature_count()));
    Affinities affinities{};
    for (const auto& source : bench.pipeline.live().sources)
      if (const auto kind = source->affinity())
        affinities[static_cast<std::size_t>(*kind)] = affinity(*source, UserId{3}, c.item, bench.users[3]);
    rows.write(c.item, affinities, row.data());
    CHECK(std::equal(row.begin(), row.end(), ranking.features.begin() + c.row * ranking.width));
  }
}

TEST_CASE("without re-ranking candidates stand in order of the value model's score") {
  Bench bench(plain({"engine.value.completion=0.5"}));
  for (std::int64_t d = 0; d < 3; ++d) bench.day(d);
  const Ranking r = bench.ask(UserId{1}, SimTime{0} + kDay * 3, 7);
  CHECK_FALSE(r.fallback);
  CHECK(r.version == bench.pipeline.version());
  const auto mean = bench.pipeline.live().scorer->mean_rates();
  for (std::size_t i = 0; i < r.candidates.size(); ++i) {
    const Candidate& c = r.candidates[i];
    CHECK(c.score == Approx(c.heads[0] / mean[0] + 0.5f * c.heads[1] / mean[1]).epsilon(1e-4));
    if (i > 0) CHECK(r.candidates[i - 1].score >= c.score);
  }
}

TEST_CASE("a trained ranking puts the category forward that a user clicks") {
  Bench bench(plain({"engine.rerank.seen.capacity=1"}));
  for (std::int64_t d = 0; d < 4; ++d) bench.day(d);
  std::size_t fits = 0, shown = 0;
  for (std::size_t u = 0; u < kUsers; ++u)
    for (const ItemId item : items_of(bench.ask(UserId{u}, SimTime{0} + kDay * 4, 7)))
      if (shown++ % 60 < 20) fits += bench.shelf[item.index()].category.index() == u % 4;
  // Chance gives a quarter of 400 first-page slots: 100, and beyond 150 with probability 1e-8.
  CHECK(fits > 150);
}

TEST_CASE("an unknown user gets the popular in their order and it is said") {
  Bench bench(plain());
  for (std::int64_t d = 0; d < 2; ++d) bench.day(d);
  const OnlineFeatures stranger;
  StageLaps laps{};
  StageClock clock(laps);
  const Ranking r =
      bench.recommender.recommend(request_of(UserId{19'000}, SimTime{0} + kDay * 2, 1), stranger, bench.shelf, clock);
  CHECK(r.fallback);
  const auto& popular = dynamic_cast<const Popularity&>(*bench.pipeline.live().sources[0]).list();
  REQUIRE(r.candidates.size() >= 20);
  for (std::size_t k = 0; k < 20; ++k) CHECK(r.candidates[k].item == popular[k].item);
}

TEST_CASE("without a ranker known users get the order of retrieval too") {
  Bench bench(plain({"engine.slate.order=retrieval"}));
  for (std::int64_t d = 0; d < 2; ++d) bench.day(d);
  const Ranking r = bench.ask(UserId{3}, SimTime{0} + kDay * 2, 1);
  CHECK(r.fallback);
  REQUIRE(r.candidates.size() >= 20);
  for (std::size_t k = 0; k < r.candidates.size(); ++k) {
    CHECK(r.candidates[k].row == k);
    if (k > 0) CHECK(r.candidates[k].score < r.candidates[k - 1].score);
  }
}

TEST_CASE("before the first training everyone gets the popular") {
  Bench bench;
  bench.users[0].impressions = 100;
  CHECK(bench.ask(UserId{0}, SimTime{0} + kHour).fallback);
  CHECK(bench.ask(UserId{0}, SimTime{0} + kHour).version == 0);
  bench.day(0);
  bench.day(1);
  CHECK_FALSE(bench.ask(UserId{0}, SimTime{0} + kDay * 2, 7).fallback);
}

TEST_CASE("who has seen all that is nominated gets the rest of the catalogue") {
  Bench bench(only_source("popularity", 5, {"engine.rerank.mmr.lambda=1"}));
  const auto& popular = dynamic_cast<const Popularity&>(*bench.pipeline.live().sources[0]).list();
  for (std::size_t k = 0; k < 5; ++k) bench.users[0].consumed.push_back(popular[k].item);
  const Ranking r = bench.ask(UserId{0}, SimTime{0} + kHour);
  auto items = items_of(r);
  CHECK(items.size() == 60);
  for (const Candidate& c : r.candidates) CHECK(c.sources == 0);
  for (const ItemId seen : bench.users[0].consumed) CHECK(std::find(items.begin(), items.end(), seen) == items.end());
  std::sort(items.begin(), items.end());
  CHECK(std::adjacent_find(items.begin(), items.end()) == items.end());
}

TEST_CASE("nominated items come before those that fill the page") {
  Bench bench(only_source("popularity", 5, plain({})));
  const Ranking r = bench.ask(UserId{0}, SimTime{0} + kHour);
  for (std::size_t k = 0; k < 5; ++k) CHECK(r.candidates[k].sources == 1);
  for (std::size_t k = 5; k < r.candidates.size(); ++k) CHECK(r.candidates[k].sources == 0);
}

TEST_CASE("a page is full even when fewer candidates than slots may be re-ranked") {
  Bench bench({"engine.slate.depth=5", "engine.slate.size=20"});
  const Ranking full = bench.ask(UserId{0}, SimTime{0} + kHour);
  CHECK(full.candidates.size() >= 20);
  CHECK(full.shortage == Shortage::None);
}

TEST_CASE("who has seen everything gets an empty ranking and an empty catalogue gives one") {
  Bench bench({}, 30);
  for (std::size_t i = 0; i < 30; ++i) bench.users[0].consumed.push_back(ItemId{i});
  const Ranking empty = bench.ask(UserId{0}, SimTime{0} + kHour);
  CHECK(empty.candidates.empty());
  CHECK(empty.shortage == Shortage::Seen);
  bench.day(0);
  bench.day(1);
  bench.users[0].consumed.clear();
  for (std::size_t i = 0; i < 30; ++i) bench.users[0].consumed.push_back(ItemId{i});
  CHECK(bench.ask(UserId{0}, SimTime{0} + kDay * 2, 7).candidates.empty());
  Bench nothing({}, 0);
  CHECK(nothing.ask(UserId{0}, SimTime{0} + kHour).candidates.empty());
  CHECK(nothing.ask(UserId{0}, SimTime{0} + kHour).shortage == Shortage::NotAllowed);
}

TEST_CASE("what may not be shown reaches no ranking in any way of serving") {
  // Few nominations, so that the catalogue tops the page up; before and after training, so with the fallback and without.
  for (const auto& sets :
       {std::vector<std::string>{},
        std::vector<std::string>{"engine.quota.popularity=5", "engine.quota.trending=0", "engine.quota.fresh=0",
                                 "engine.quota.covisitation=0", "engine.quota.matrix_factorization=0"}}) {
    Bench bench(sets);
    for (std::size_t i = 0; i < bench.shelf.size(); ++i) {
      bench.shelf[i].blocked = i % 5 == 0;
      bench.shelf[i].regions = i % 3 == 0 ? 2u : ~0u;
      bench.shelf[i].min_age = i % 4 == 1 ? 2 : 0;
    }
    for (std::int64_t d = 0; d < 2; ++d) {
      for (std::uint8_t country : {std::uint8_t{0}, std::uint8_t{1}})
        for (std::uint8_t age : {std::uint8_t{0}, std::uint8_t{2}}) {
          Request r = request_of(UserId{2}, SimTime{0} + kDay * d + kHour, 9);
          r.country = country;
          r.age_bucket = age;
          StageLaps laps{};
          StageClock clock(laps);
          const Ranking ranking = bench.recommender.recommend(r, bench.users[2], bench.shelf, clock);
          CHECK(ranking.fallback == (d == 0));
          std::size_t eligible = 0;
          for (const ItemFacts& item : bench.shelf)
            eligible += may_be_shown(item, r) && std::find(bench.users[2].consumed.begin(), bench.users[2].consumed.end(),
                                                           item.id) == bench.users[2].consumed.end();
          CHECK(ranking.candidates.size() >= std::min<std::size_t>(20, eligible));
          CHECK(ranking.limits == bench.recommender.limits());
          for (const Candidate& c : ranking.candidates) {
            const ItemFacts& item = bench.shelf[c.item.index()];
            REQUIRE(may_be_shown(item, r));
            REQUIRE(c.traits.category == item.category);
            REQUIRE(c.traits.creator == item.creator);
            REQUIRE(c.traits.series == item.series);
            REQUIRE(c.traits.sponsored == item.sponsored);
          }
        }
      bench.day(d);
    }
  }
}

TEST_CASE("a catalogue of which nothing may be shown gives an empty ranking") {
  Bench bench;
  for (ItemFacts& item : bench.shelf) item.blocked = true;
  const Ranking empty = bench.ask(UserId{0}, SimTime{0} + kHour);
  CHECK(empty.candidates.empty());
  CHECK(empty.shortage == Shortage::NotAllowed);
}

TEST_CASE("under-exposed items are marked and stand among the candidates only when they are looked for") {
  Bench bench({"engine.rerank.exposure.quota=20", "engine.slate.depth=20"});
  for (std::int64_t d = 0; d < 3; ++d) bench.day(d);
  const auto rare = [&](std::size_t u) {
    const Ranking r = bench.ask(UserId{u}, SimTime{0} + kDay * 3, 7);
    std::ptrdiff_t n = 0;
    for (const Candidate& c : r.candidates) {
      REQUIRE((!c.traits.under_exposed || bench.pipeline.stats().at(c.item).impressions < 20));
      n += c.traits.under_exposed;
    }
    return n;
  };
  std::vector<std::ptrdiff_t> one, six;
  for (std::size_t u = 0; u < kUsers; ++u) REQUIRE(rare(u) == 0);
  bench.recommender.look_for_new_items(1);
  for (std::size_t u = 0; u < kUsers; ++u) one.push_back(rare(u));
  bench.recommender.look_for_new_items(6);
  for (std::size_t u = 0; u < kUsers; ++u) six.push_back(rare(u));
  for (std::size_t u = 0; u < kUsers; ++u) {
    CHECK(six[u] >= std::min<std::ptrdiff_t>(6, one[u]));
    CHECK(one[u] >= 1);
  }
  CHECK(std::accumulate(six.begin(), six.end(), std::ptrdiff_t{0}) >
        std::accumulate(one.begin(), one.end(), std::ptrdiff_t{0}));
}

TEST_CASE("asking changes nothing and the same question has the same answer") {
  Bench a, b;
  for (std::int64_t d = 0; d < 2; ++d) {
    a.day(d);
    b.day(d);
  }
  for (std::size_t u = 0; u < kUsers; ++u) {
    const Ranking x = a.ask(UserId{u}, SimTime{0} + kDay * 2, 7), again = a.ask(UserId{u}, SimTime{0} + kDay * 2, 7),
                  y = b.ask(UserId{u}, SimTime{0} + kDay * 2, 7);
    REQUIRE(items_of(x) == items_of(again));
    REQUIRE(items_of(x) == items_of(y));
    REQUIRE(x.features == y.features);
    for (std::size_t i = 0; i < x.candidates.size(); ++i) REQUIRE(x.candidates[i].score == y.candidates[i].score);
  }
}

TEST_CASE("a served item says which sources nominated it and names a watched item that did") {
  Bench bench;
  for (std::int64_t d = 0; d < 3; ++d) bench.day(d);
  std::size_t seeds = 0;
  for (std::size_t u = 0; u < kUsers; ++u) {
    StageLaps laps{};
    StageClock clock(laps);
    const Request r = request_of(UserId{u}, SimTime{0} + kDay * 3, 9);
    const Ranking ranking = bench.recommender.recommend(r, bench.users[u], bench.shelf, clock);
    std::set<ItemId> watched;
    for (int i = 0; i < bench.users[u].history_size(); ++i) watched.insert(bench.users[u].recent(i).item);
    for (const Candidate& c : ranking.candidates) {
      Slot slot;
      slot.item = c.item;
      slot.sources = c.sources;
      const auto reasons = bench.recommender.explain(r, bench.users[u], bench.shelf, slot);
      REQUIRE(reasons.size() == static_cast<std::size_t>(std::popcount(static_cast<unsigned>(c.sources))));
      for (const auto& reason : reasons) {
        if (reason.source == "covisitation" || reason.source == "content") REQUIRE(reason.seed.has_value());
        if (!reason.seed) continue;
        ++seeds;
        REQUIRE(watched.contains(*reason.seed));
      }
    }
  }
  CHECK(seeds > 100);
}

TEST_CASE("without the store features come from the cache for a while and then retrieval's order stands") {
  // Down from the end of the second day on.
  Bench bench({"engine.budget.simulate=true", "engine.budget.store.outage_from_days=2", "engine.budget.store.outage_minutes=60",
               "engine.budget.store.timeout_ms=1000", "engine.budget.total_ms=10000", "engine.budget.index.timeout_ms=10000",
               "engine.budget.ranker.timeout_ms=10000"});
  for (std::int64_t d = 0; d < 2; ++d) bench.day(d);
  const SimTime down = SimTime{0} + kDay * 2;
  const Ranking before = bench.ask(UserId{1}, down - kMinute, 7);
  CHECK_FALSE(before.fallback);
  CHECK(before.serving.missing == 0);
  CHECK(before.serving.ms > 0);
  const Ranking cached = bench.ask(UserId{1}, down + kMinute, 8);
  CHECK(cached.serving.missing == 1);
  CHECK(cached.serving.failed == 1);
  CHECK_FALSE(cached.fallback);
  CHECK(cached.width == feature_count());
  const Ranking stale = bench.ask(UserId{1}, down + kMinute * 10, 9);
  CHECK(stale.fallback);
  CHECK(stale.width == 0);
  CHECK(stale.candidates.size() >= 20);
  CHECK_FALSE(bench.ask(UserId{1}, down + kMinute * 61, 10).fallback);
}

TEST_CASE("what was uploaded since the cache was read is left out and the rest is ranked") {
  Bench bench({"engine.budget.simulate=true", "engine.budget.store.outage_from_days=2", "engine.budget.store.outage_minutes=60",
               "engine.budget.store.timeout_ms=1000", "engine.budget.total_ms=10000", "engine.budget.index.timeout_ms=10000",
               "engine.budget.ranker.timeout_ms=10000", "engine.quota.fresh=200", "engine.slate.depth=1000"});
  for (std::int64_t d = 0; d < 2; ++d) bench.day(d);
  const SimTime down = SimTime{0} + kDay * 2;
  bench.shelf = make_shelf(121);
  bench.shelf.back().uploaded = down - kHour;
  bench.pipeline.learn({}, down + kMinute, bench.shelf);
  const Ranking healthy = bench.ask(UserId{1}, down - kMinute, 7), cached = bench.ask(UserId{1}, down + kMinute * 2, 7);
  const auto is_new = [](ItemId item) { return item == ItemId{120}; };
  CHECK(std::ranges::any_of(items_of(healthy), is_new));
  CHECK(std::ranges::none_of(items_of(cached), is_new));
  CHECK_FALSE(cached.fallback);
  CHECK(cached.candidates.size() >= 20);
  for (const Candidate& c : cached.candidates)
    REQUIRE((c.row + 1) * static_cast<std::size_t>(cached.width) <= cached.features.size());
}

TEST_CASE("null features give every candidate the same score") {
  Bench bench({"engine.budget.simulate=true", "engine.budget.on_store_failure=null", "engine.budget.store.error_share=1",
               "engine.rerank.boost.fresh=0", "engine.rerank.boost.dismissed=0"});
  for (std::int64_t d = 0; d < 2; ++d) bench.day(d);
  const Ranking r = bench.ask(UserId{1}, SimTime{0} + kDay * 2, 7);
  REQUIRE_FALSE(r.fallback);
  for (const Candidate& c : r.candidates) CHECK(c.score == r.candidates[0].score);
}

TEST_CASE("a late index leaves the other sources as a partial answer") {
  Bench bench({"engine.budget.simulate=true", "engine.budget.index.slow_share=1"});
  for (std::int64_t d = 0; d < 2; ++d) bench.day(d);
  const Ranking r = bench.ask(UserId{1}, SimTime{0} + kDay * 2, 7);
  CHECK(r.serving.missing == 2);
  CHECK(r.candidates.size() >= 20);
  const auto& sources = bench.pipeline.live().sources;
  for (const Candidate& c : r.candidates)
    for (std::size_t s = 0; s < sources.size(); ++s)
      if (sources[s]->dims() > 0) CHECK(((c.sources >> s) & 1) == 0);
}

TEST_CASE("breakers open on the pages of an epoch and stop the asking") {
  Bench bench({"engine.budget.simulate=true", "engine.budget.store.error_share=0.5"});
  std::vector<Interaction> pages(40);
  for (std::size_t i = 0; i < pages.size(); ++i)
    pages[i].serving = bench.ask(UserId{i % kUsers}, SimTime{0} + kMinute, static_cast<std::uint32_t>(i)).serving;
  bench.recommender.observe_services(pages, SimTime{0} + kMinute * 5);
  const Ranking r = bench.ask(UserId{1}, SimTime{0} + kMinute * 6, 50);
  CHECK((r.serving.asked & 1) == 0);
  CHECK((r.serving.missing & 1) == 1);
  CHECK((r.serving.failed & 1) == 0);
}

TEST_CASE("who is cold gets what their country and their picks like first and nobody's neighbours") {
  Bench bench;
  for (std::int64_t d = 0; d < 3; ++d) bench.day(d);
  const auto registry = source_registry();
  const auto place = [&](std::string_view name) {
    std::size_t s = 0;
    while (registry[s].name != name) ++s;
    return s;
  };
  const auto ask = [&](SimTime time) { return bench.ask(UserId{1}, time, 9); };
  const Ranking known = ask(SimTime{0} + kDay * 3), away = ask(SimTime{0} + kDay * 40);
  CHECK_FALSE(known.fallback);
  REQUIRE(away.fallback);
  const auto from = [&](const Candidate& c, std::string_view name) { return (c.sources >> place(name) & 1) != 0; };
  bool neighbours = false;
  for (const Candidate& c : known.candidates) neighbours |= from(c, "covisitation");
  CHECK(neighbours);
  std::size_t local = 0;
  for (const Candidate& c : away.candidates) {
    CHECK_FALSE(from(c, "covisitation"));
    CHECK_FALSE(from(c, "matrix_factorization"));
    local += from(c, "onboarding");
  }
  CHECK(local > 10);
  // By score what the country likes stands before all else.
  for (const Candidate& a : away.candidates)
    for (const Candidate& b : away.candidates)
      if (from(a, "onboarding") && !from(b, "onboarding")) REQUIRE(a.score > b.score);
}

TEST_CASE("items are scored as a page scores them") {
  Bench b({"engine.rerank.boost.dismissed=0"});
  for (std::int64_t d = 0; d < 3; ++d) b.day(d);
  const SimTime now = SimTime{0} + kDay * 3 + kHour * 5;
  const Ranking page = b.ask(UserId{3}, now);
  REQUIRE_FALSE(page.fallback);
  std::vector<ItemId> items;
  for (const Candidate& c : page.candidates) items.push_back(c.item);
  const auto scored = b.recommender.score(request_of(UserId{3}, now), b.users[3], b.shelf, items);
  REQUIRE(scored.size() == items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    CHECK(scored[i].item == items[i]);
    CHECK(scored[i].score == page.candidates[i].score);
  }
}
