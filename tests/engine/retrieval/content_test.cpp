#include "engine/retrieval/content.hpp"

#include <cmath>
#include <limits>
#include <map>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// A user with a random history of `plays` plays, some of them bad and some of the same item.
OnlineFeatures random_watcher(std::uint64_t id, int plays, Catalog shelf) {
  OnlineFeatures user;
  Rng rng = stream({5}, Stream::Test, entity_key(id));
  for (int i = 0; i < plays; ++i) {
    const std::size_t item = uniform_below(rng, static_cast<std::uint32_t>(shelf.size()));
    const double share = bernoulli(rng, 0.2) ? 0.001 : rng.uniform();
    observe_user(user, page_of(request_of(UserId{id}, SimTime{0}), {ItemId{item}}, {play(shelf[item], share)}), shelf, 100);
  }
  return user;
}

Content published(Catalog shelf, const Content::Params& params = {}) {
  Content source(params);
  source.publish({SimTime{0}, shelf, ItemStats({}), {5}});
  return source;
}

double cosine(const ItemFacts& a, const ItemFacts& b) {
  double sum = 0;
  for (std::size_t d = 0; d < kContentDims; ++d) sum += static_cast<double>(a.content[d]) * static_cast<double>(b.content[d]);
  return sum;
}

// The twin: each watched item's term for each item, one by one.
struct Twin {
  std::map<std::uint32_t, std::map<std::uint32_t, double>> term;  // by candidate, by watched item

  Twin(const OnlineFeatures& user, int seeds, Catalog shelf) {
    for (int s = 0; s < std::min(seeds, user.history_size()); ++s) {
      const HistoryEntry& h = user.recent(s);
      if (h.value <= 0) continue;
      for (const ItemFacts& item : shelf)
        term[item.id.value][h.item.value] +=
            static_cast<double>(h.value) * std::pow(1.0 + s, -0.25) * cosine(shelf[h.item.index()], item);
    }
  }
  double score(ItemId item) const {
    double sum = 0;
    for (const auto& [watched, x] : term.at(item.value)) sum += x;
    return sum;
  }
};

}  // namespace

TEST_CASE("content is a weighted sum of cosines without the watched and the far") {
  const auto shelf = make_shelf(200);
  for (std::uint64_t id = 0; id < 20; ++id) {
    const OnlineFeatures user = random_watcher(id, 1 + static_cast<int>(3 * id), shelf);
    Content::Params p;
    p.seeds = 15;
    const Twin twin(user, 15, shelf);
    const auto got = nominate(published(shelf, p), request_of(UserId{id}, SimTime{0}), user, shelf, 1000);
    if (twin.term.empty()) {
      CHECK(got.empty());
      continue;
    }
    std::size_t want = 0;
    for (const ItemFacts& item : shelf)
      want += !twin.term.at(item.id.value).contains(item.id.value) && twin.score(item.id) > 1e-6;
    CHECK(got.size() >= want);
    for (const Scored& s : got) {
      REQUIRE(static_cast<double>(s.score) == Approx(twin.score(s.item)).epsilon(1e-4).margin(1e-5));
      REQUIRE_FALSE(twin.term.at(s.item.value).contains(s.item.value));
    }
  }
}

TEST_CASE("the seed of each content nomination was watched and contributed most") {
  const auto shelf = make_shelf(200);
  const Content source = published(shelf);
  std::size_t named = 0;
  for (std::uint64_t id = 0; id < 40; ++id) {
    const OnlineFeatures user = random_watcher(id, 1 + static_cast<int>(id), shelf);
    const Request r = request_of(UserId{id}, SimTime{0});
    const Twin twin(user, kHistory, shelf);
    for (const Scored& s : nominate(source, r, user, shelf, 40)) {
      const auto seed = source.seed({r, user, shelf, {}}, s.item);
      REQUIRE(seed);
      const auto& terms = twin.term.at(s.item.value);
      REQUIRE(terms.contains(seed->value));
      for (const auto& [watched, x] : terms) REQUIRE(terms.at(seed->value) >= x - 1e-6);
      ++named;
    }
  }
  CHECK(named > 500);
}

TEST_CASE("an item uploaded a moment ago is found by who watched its like once") {
  auto shelf = make_shelf(100);
  const OnlineFeatures user = random_watcher(1, 0, shelf);
  OnlineFeatures once;
  observe_user(once, play_page(UserId{1}, SimTime{0}, shelf[7]), shelf, 100);
  ItemFacts twin = shelf[7];
  twin.id = ItemId{100};
  shelf.push_back(twin);
  const Request r = request_of(UserId{1}, SimTime{0});
  CHECK(nominate(published(shelf), r, user, shelf, 5).empty());
  const auto got = nominate(published(shelf), r, once, shelf, 5);
  REQUIRE(got.size() == 5);
  CHECK(got[0].item == ItemId{100});
}

TEST_CASE("an upload is found from the next publication on") {
  auto shelf = make_shelf(100);
  Content source = published(shelf);
  OnlineFeatures once;
  observe_user(once, play_page(UserId{1}, SimTime{0}, shelf[7]), shelf, 100);
  ItemFacts twin = shelf[7];
  twin.id = ItemId{100};
  shelf.push_back(twin);
  const Request r = request_of(UserId{1}, SimTime{0});
  CHECK(nominate(source, r, once, shelf, 1).at(0).item != ItemId{100});
  source.publish({SimTime{0} + kMinute, shelf, ItemStats({}), {5}});
  CHECK(nominate(source, r, once, shelf, 1).at(0).item == ItemId{100});
}

TEST_CASE("content that is no number neither stands as a candidate nor speaks for one") {
  auto shelf = make_shelf(30);
  shelf[3].content.fill(std::numeric_limits<float>::quiet_NaN());
  shelf[4].content[2] = std::numeric_limits<float>::infinity();
  OnlineFeatures user;
  for (const std::size_t i : {3, 4, 9}) observe_user(user, play_page(UserId{1}, SimTime{0}, shelf[i]), shelf, 100);
  const Request r = request_of(UserId{1}, SimTime{0});
  const Content source = published(shelf);
  const auto got = nominate(source, r, user, shelf, 100);
  REQUIRE_FALSE(got.empty());
  for (const Scored& s : got) {
    CHECK(s.item != ItemId{3});
    CHECK(s.item != ItemId{4});
    CHECK(source.seed({r, user, shelf, {}}, s.item) == ItemId{9});
  }
  OnlineFeatures lost;
  observe_user(lost, play_page(UserId{1}, SimTime{0}, shelf[3]), shelf, 100);
  CHECK(nominate(source, r, lost, shelf, 100).empty());
  CHECK_FALSE(source.seed({r, lost, shelf, {}}, ItemId{5}));
}
