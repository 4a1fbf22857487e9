#include "engine/engine.hpp"

#include <algorithm>
#include <set>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("cells that differ in serving only share a pipeline") {
  const std::vector<Settings> cells{
      engine_settings(), engine_settings({"engine.value.completion=1", "engine.rerank.mmr.lambda=0.5"}),
      engine_settings({"engine.quota.fresh=0", "engine.slate.size=10", "engine.cold.warm_after=5"})};
  const Engine engine(cells, {1});
  CHECK(engine.pipelines() == 1);
}

TEST_CASE("an override of what is learned makes a pipeline of its own") {
  for (const char* key :
       {"engine.retrieval.matrix_factorization.dims=8", "engine.ranking.logistic.ridge=1", "engine.training.history_days=3",
        "engine.item_stats.half_life_days=2", "engine.retrieval.popularity.by=value", "engine.features.serving_window=calendar",
        "engine.training.rows=recomputed"}) {
    INFO(key);
    const std::vector<Settings> cells{engine_settings(), engine_settings({key}), engine_settings({key, "engine.value.like=1"}),
                                      engine_settings()};
    const Engine engine(cells, {1});
    CHECK(engine.pipelines() == 2);
    CHECK(Pipeline::digest(cells[0]) == Pipeline::digest(cells[3]));
    CHECK(Pipeline::digest(cells[1]) == Pipeline::digest(cells[2]));
    CHECK(Pipeline::digest(cells[0]) != Pipeline::digest(cells[1]));
  }
}

TEST_CASE("every pipeline learns from all pages") {
  const auto shelf = make_shelf(40);
  const std::vector<Settings> cells{engine_settings(), engine_settings({"engine.item_stats.half_life_days=2"})};
  Engine engine(cells, {1});
  engine.learn(random_day(0, 10, shelf, 100), SimTime{0} + kHour, shelf);
  CHECK(engine.pipeline(0).stats().total().impressions == 600);
  CHECK(engine.pipeline(1).stats().total().impressions == 600);
}

TEST_CASE("a cell is served by its own settings over the shared models") {
  const auto shelf = make_shelf(100);
  const std::vector<Settings> cells{engine_settings({"engine.slate.size=20"}), engine_settings({"engine.slate.size=7"})};
  Engine engine(cells, {1});
  engine.learn({}, SimTime{0}, shelf);
  StageLaps laps{};
  StageClock clock(laps);
  const Request r = request_of(UserId{0}, SimTime{0});
  CHECK(engine.cell(0).recommend(r, {}, shelf, clock).slots == 20);
  CHECK(engine.cell(1).recommend(r, {}, shelf, clock).slots == 7);
}

TEST_CASE("a loaded engine goes on as the original") {
  const auto shelf = make_shelf(60);
  const std::vector<Settings> cells{engine_settings(), engine_settings({"engine.training.history_days=3"})};
  Engine a(cells, {1}), b(cells, {1});
  a.learn(random_day(0, 10, Catalog(shelf).first(50), 100), SimTime{0} + kDay, Catalog(shelf).first(50));
  load_state(b, save_state(a));
  for (Engine* e : {&a, &b})
    for (std::int64_t d = 1; d < 3; ++d) e->learn(random_day(d, 10, shelf, 100), SimTime{0} + kDay * (d + 1), shelf);
  CHECK(save_state(a) == save_state(b));
}

TEST_CASE("a cell is nominated what trends in its own variant") {
  const auto shelf = make_shelf(30);
  const Settings settings =
      engine_settings(only_source("trending", 1, {"engine.retrieval.trending.scope=variant", "engine.slate.size=1"}));
  const std::vector<Settings> cells{settings, settings};
  Engine engine(cells, {1});
  std::vector<Interaction> pages{play_page(UserId{0}, SimTime{0}, shelf[11]), play_page(UserId{1}, SimTime{0}, shelf[22])};
  pages[1].cell = 1;
  engine.learn(pages, SimTime{0} + kHour, shelf);
  for (const std::size_t cell : {0, 1}) {
    StageLaps laps{};
    StageClock clock(laps);
    const Ranking ranking = engine.cell(cell).recommend(request_of(UserId{5}, SimTime{0} + kHour), {}, shelf, clock);
    REQUIRE_FALSE(ranking.candidates.empty());
    CHECK(ranking.candidates[0].item == ItemId{11 * (cell + 1)});
  }
}

TEST_CASE("isolated variants learn from their own pages while users are mixed and from all before") {
  const auto shelf = make_shelf(40);
  const Settings settings = engine_settings({"engine.isolation=data"});
  const std::vector<Settings> cells{settings, settings};
  Engine engine(cells, {1});
  REQUIRE(engine.pipelines() == 2);
  const auto impressions = [&](std::size_t p) { return engine.pipeline(p).stats().total().impressions; };
  engine.begin_epoch(false);
  engine.learn(random_day(0, 10, shelf, 100), SimTime{0} + kHour, shelf);
  CHECK(impressions(0) == 600);
  CHECK(impressions(1) == 600);
  auto pages = random_day(0, 10, shelf, 100, 2);
  for (std::size_t i = 0; i < 30; ++i) pages[i].cell = 1;
  engine.begin_epoch(true);
  engine.learn(pages, SimTime{0} + kHour * 2, shelf);
  CHECK(impressions(0) == 600 + 70 * 6);
  CHECK(impressions(1) == 600 + 30 * 6);
}

TEST_CASE("with a corpus of their own variants show different items and together the catalogue") {
  const auto shelf = make_shelf(400);
  const Settings settings = engine_settings({"engine.isolation=user_corpus", "engine.slate.depth=1000"});
  const std::vector<Settings> cells{settings, settings};
  Engine engine(cells, {1});
  engine.learn({}, SimTime{0}, shelf);
  const auto shown = [&](std::size_t cell) {
    std::set<ItemId> items;
    StageLaps laps{};
    StageClock clock(laps);
    for (std::size_t u = 0; u < 40; ++u)
      for (const Candidate& c : engine.cell(cell).recommend(request_of(UserId{u}, SimTime{0}), {}, shelf, clock).candidates)
        items.insert(c.item);
    return items;
  };
  engine.begin_epoch(true);
  const auto a = shown(0), b = shown(1);
  std::vector<ItemId> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  CHECK(both.empty());
  // Half the catalogue each: 200 of 400, within 5 standard deviations of a binomial.
  CHECK(std::abs(static_cast<int>(a.size()) - 200) <= 50);
  CHECK(a.size() + b.size() == 400);
  engine.begin_epoch(false);  // a launch to everybody has all items
  CHECK(shown(1).size() > 300);
}
