// The contract of every registered source: a new source is tested by its row in the registry.
#include "engine/retrieval/source.hpp"

#include <cmath>
#include <set>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr std::size_t kUsers = 30;

// A source with the stores it learns from.
struct Bench {
  explicit Bench(const SourceEntry& entry, const Settings& settings = engine_settings())
      : source(entry.make(settings, "engine.retrieval")), log(settings.read<TrainingParams>("engine.training"), {1}) {}

  void day(std::int64_t d, Catalog catalog) {
    auto batch = random_day(d, kUsers, catalog, 150);
    for (Interaction& page : batch) {
      OnlineFeatures& user = users[page.request.user.index()];
      page.user_input.resize(source->input_width());
      if (!page.user_input.empty()) source->user_input({page.request, user, catalog, {}, {}}, page.user_input.data());
      observe_user(user, page, catalog, 100);
    }
    stats.observe(batch, catalog);
    log.append(batch, catalog);
    source->observe(batch, catalog);
    const PublishInput in{SimTime{0} + kDay * (d + 1), catalog, stats, Seed{1}};
    source->train(log, in);
    source->publish(in);
  }
  std::vector<Scored> nominate(UserId user, std::size_t k, Catalog catalog, std::uint32_t ordinal = 0) const {
    const Request r = request_of(user, SimTime{0} + kDay * 5, ordinal);
    static const OnlineFeatures stranger;
    return feedloop::nominate(*source, r, user.index() < kUsers ? users[user.index()] : stranger, catalog, k);
  }

  std::unique_ptr<Source> source;
  ItemStats stats{{}};
  TrainingLog log;
  std::vector<OnlineFeatures> users{kUsers};
};

template <class Check>
void each_source(Check check) {
  for (const SourceEntry& entry : source_registry()) {
    INFO(entry.name);
    check(entry);
  }
}

}  // namespace

TEST_CASE("sources have names of their own and fit the nomination bits") {
  std::set<std::string_view> names;
  each_source([&](const SourceEntry& e) {
    CHECK(names.insert(e.name).second);
    CHECK_FALSE(e.doc.empty());
    CHECK(e.quota >= 0);
  });
  CHECK(names.size() <= 16);
}

TEST_CASE("a source nominates at most k items of the catalogue best first and none twice") {
  const auto shelf = make_shelf(70);
  each_source([&](const SourceEntry& e) {
    Bench bench(e);
    bench.day(0, Catalog(shelf).first(50));
    bench.day(1, shelf);
    std::size_t nominated = 0;
    for (std::size_t u = 0; u < kUsers + 5; ++u)
      for (const std::size_t k : {0, 1, 5, 40, 1000}) {
        const auto out = bench.nominate(UserId{u}, k, shelf);
        REQUIRE(out.size() <= k);
        std::set<ItemId> items;
        for (std::size_t i = 0; i < out.size(); ++i) {
          REQUIRE(out[i].item.index() < shelf.size());
          REQUIRE(items.insert(out[i].item).second);
          if (i > 0) REQUIRE(out[i - 1].score >= out[i].score);
        }
        nominated += out.size();
      }
    CHECK(nominated > 0);
  });
}

TEST_CASE("asking for fewer items gives the head of the longer list") {
  const auto shelf = make_shelf(70);
  each_source([&](const SourceEntry& e) {
    Bench bench(e);
    bench.day(0, shelf);
    for (std::size_t u = 0; u < kUsers; ++u) {
      const auto few = bench.nominate(UserId{u}, 7, shelf), many = bench.nominate(UserId{u}, 30, shelf);
      REQUIRE(few.size() == std::min<std::size_t>(7, many.size()));
      for (std::size_t i = 0; i < few.size(); ++i) REQUIRE(few[i].item == many[i].item);
    }
  });
}

TEST_CASE("nominations are appended after what is there") {
  const auto shelf = make_shelf(70);
  each_source([&](const SourceEntry& e) {
    Bench bench(e);
    bench.day(0, shelf);
    const Request r = request_of(UserId{1}, SimTime{0} + kDay * 5);
    std::vector<Scored> out = nominate(*bench.source, r, bench.users[1], shelf, 5, {{ItemId{69}, 123.0f}});
    REQUIRE(!out.empty());
    CHECK(out[0].item == ItemId{69});
    out.erase(out.begin());
    CHECK(out == bench.nominate(UserId{1}, 5, shelf));
  });
}

TEST_CASE("the same history nominates the same whoever asked before") {
  const auto shelf = make_shelf(70);
  each_source([&](const SourceEntry& e) {
    Bench a(e), b(e);
    for (Bench* bench : {&a, &b}) {
      bench->day(0, shelf);
      bench->day(1, shelf);
    }
    for (std::size_t u = 0; u < kUsers + 3; ++u) {
      const auto first = a.nominate(UserId{u}, 20, shelf);
      REQUIRE(first == a.nominate(UserId{u}, 20, shelf));
      REQUIRE(first == b.nominate(UserId{u}, 20, shelf));
    }
    CHECK(save_state(*a.source) == save_state(*b.source));
  });
}

TEST_CASE("a loaded source nominates and goes on learning as the original") {
  const auto shelf = make_shelf(70);
  each_source([&](const SourceEntry& e) {
    Bench a(e);
    a.day(0, Catalog(shelf).first(60));
    Bench b(e);
    load_state(*b.source, save_state(*a.source));
    load_state(b.stats, save_state(a.stats));
    load_state(b.log, save_state(a.log));
    b.users = a.users;
    for (std::size_t u = 0; u < kUsers; ++u) REQUIRE(a.nominate(UserId{u}, 20, shelf) == b.nominate(UserId{u}, 20, shelf));
    a.day(1, shelf);
    b.day(1, shelf);
    for (std::size_t u = 0; u < kUsers; ++u) REQUIRE(a.nominate(UserId{u}, 20, shelf) == b.nominate(UserId{u}, 20, shelf));
    CHECK(save_state(*a.source) == save_state(*b.source));
  });
}

TEST_CASE("nothing to learn from and nobody known is no trouble") {
  const auto shelf = make_shelf(10);
  each_source([&](const SourceEntry& e) {
    Bench untrained(e);
    CHECK(untrained.nominate(UserId{0}, 5, shelf).empty());
    CHECK(untrained.nominate(UserId{4'000'000}, 5, {}).empty());

    Bench nothing(e);  // no catalogue, no pages
    const PublishInput in{SimTime{0} + kDay, {}, nothing.stats, Seed{1}};
    nothing.source->observe({}, {});
    nothing.source->train(nothing.log, in);
    nothing.source->publish(in);
    CHECK(nothing.nominate(UserId{0}, 5, {}).empty());
    load_state(*nothing.source, save_state(*nothing.source));

    // Then a catalogue appears, and then a stranger.
    nothing.day(1, shelf);
    CHECK(nothing.nominate(UserId{4'000'000}, 5, shelf).size() <= 5);
  });
}

TEST_CASE("a seed is an item that the user watched") {
  const auto shelf = make_shelf(70);
  each_source([&](const SourceEntry& e) {
    Bench bench(e);
    bench.day(0, shelf);
    for (std::size_t u = 0; u < kUsers; ++u) {
      const OnlineFeatures& user = bench.users[u];
      const Request r = request_of(UserId{u}, SimTime{0} + kDay * 5);
      for (const Scored& s : bench.nominate(UserId{u}, 50, shelf)) {
        const auto seed = bench.source->seed({r, user, shelf, {}}, s.item);
        if (!seed) continue;
        bool watched = false;
        for (int i = 0; i < user.history_size(); ++i) watched |= user.recent(i).item == *seed;
        REQUIRE(watched);
      }
      REQUIRE_FALSE(bench.source->seed({r, OnlineFeatures{}, shelf, {}}, ItemId{1}));
      REQUIRE_FALSE(bench.source->seed({r, user, shelf, {}}, ItemId{4'000'000}));
    }
  });
}

TEST_CASE("one item and one category and content that is no number are no trouble") {
  const auto one = make_shelf(1), alike = make_shelf(30, 1);
  auto broken = make_shelf(30);
  for (std::size_t i = 0; i < 30; i += 3) broken[i].content.fill(std::nanf(""));
  each_source([&](const SourceEntry& e) {
    for (const Catalog shelf : {Catalog(one), Catalog(alike), Catalog(broken)}) {
      Bench bench(e);
      bench.day(0, shelf);
      bench.day(1, shelf);
      for (std::size_t u = 0; u < kUsers + 3; ++u) {
        const auto out = bench.nominate(UserId{u}, 40, shelf);
        REQUIRE(out.size() <= shelf.size());
        for (const Scored& s : out) REQUIRE(std::isfinite(s.score));
      }
    }
  });
}

TEST_CASE("towers that learn from pages alone forget them with their plays and go on as the original") {
  const auto shelf = make_shelf(70);
  const SourceEntry& entry = source_registry()[source_index("two_tower")];
  const auto bench = [&](const char* from, const char* examples) {
    return Bench(entry, engine_settings({std::string("engine.retrieval.two_tower.negatives_from=") + from,
                                         std::string("engine.retrieval.two_tower.examples=") + examples}));
  };
  Bench a = bench("page", "100"), b = bench("page", "100"), others = bench("catalogue", "100");
  for (Bench* x : {&a, &others}) x->day(0, shelf);
  const std::size_t after_a_day = save_state(*a.source).size();
  a.day(1, shelf);
  CHECK(save_state(*a.source).size() < after_a_day + 4000);  // of a hundred plays, as before
  load_state(*b.source, save_state(*a.source));
  load_state(b.stats, save_state(a.stats));
  load_state(b.log, save_state(a.log));
  b.users = a.users;
  for (Bench* x : {&a, &b}) x->day(2, shelf);
  CHECK(save_state(*a.source) == save_state(*b.source));
  const auto found = a.nominate(UserId{1}, 20, shelf);
  CHECK(found.size() == 20);
  CHECK(found != others.nominate(UserId{1}, 20, shelf));
}
