#include "engine/features.hpp"

#include <cmath>
#include <set>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Store {
  std::vector<ItemFacts> shelf = make_shelf(40, 5);
  ItemStats stats{{}};
  ItemFeatureTable table;
  OnlineFeatures user;

  void fill() {
    const auto batch = random_day(0, 10, shelf, 200);
    stats.observe(batch, shelf);
    for (const Interaction& page : random_day(1, 1, shelf, 25)) observe_user(user, page, shelf, 100);
    table.publish(shelf, stats, batch, true);
  }
  Request request() const {
    Request r = request_of(UserId{0}, SimTime{0} + kDay * 2 + kHour * 3, 1, 2);
    r.utc_offset_h = -5;
    r.device = 2;
    return r;
  }
  std::vector<float> row(ItemId item, const Affinities& affinities = {0.25f, 0.5f}) const {
    const Request r = request();
    RowWriter writer(r, user, shelf, stats, table);
    std::vector<float> out(static_cast<std::size_t>(feature_count()));
    writer.write(item, affinities, out.data());
    return out;
  }
  // The definition of each feature, asked one at a time.
  std::vector<float> obvious(ItemId item, const Affinities& affinities = {0.25f, 0.5f}) const {
    const Request r = request();
    FeatureInput in;
    in.total = &stats.total();
    in.request = &r;
    in.user = &user;
    double norm = 0;
    for (const float x : user.profile) norm += static_cast<double>(x) * static_cast<double>(x);
    in.profile_norm = static_cast<float>(std::sqrt(norm));
    in.item = &shelf[item.index()];
    in.category = in.item->category;
    in.counters = &stats.at(item);
    in.affinities = affinities;
    for (int i = 0; i < std::min(10, user.history_size()); ++i)
      in.recent_plays +=
          shelf[user.recent(i).item.index()].category == in.category && (r.time - user.recent(i).time).hours() < 24;
    std::vector<float> out;
    for (const Feature& f : feature_registry()) out.push_back(f.compute(in));
    return out;
  }
};

}  // namespace

TEST_CASE("features have names of their own and stand in order of group") {
  std::set<std::string_view> names;
  FeatureGroup last = FeatureGroup::User;
  for (const Feature& f : feature_registry()) {
    CHECK(names.insert(f.name).second);
    CHECK_FALSE(f.doc.empty());
    CHECK(f.group >= last);
    last = f.group;
  }
  CHECK(names.size() == static_cast<std::size_t>(feature_count()));
}

TEST_CASE("a row is every feature's definition side by side") {
  Store store;
  store.fill();
  for (std::size_t i = 0; i < 40; ++i) {
    const auto got = store.row(ItemId{i}), want = store.obvious(ItemId{i});
    for (std::size_t f = 0; f < got.size(); ++f) {
      INFO(feature_registry()[f].name << " of item " << i);
      CHECK(got[f] == Approx(want[f]).epsilon(1e-5).margin(1e-6));
    }
  }
}

TEST_CASE("a row computed again for the same state has the same bytes whatever was asked before it") {
  Store store;
  store.fill();
  const Request r = store.request();
  RowWriter together(r, store.user, store.shelf, store.stats, store.table);
  std::vector<float> out(static_cast<std::size_t>(feature_count()));
  for (std::size_t i = 40; i-- > 0;) {
    together.write(ItemId{i}, {0.25f, 0.5f}, out.data());
    REQUIRE(out == store.row(ItemId{i}));
  }
}

TEST_CASE("an unknown user and an unshown item have finite features") {
  Store store;
  store.table.publish(store.shelf, store.stats, {}, true);
  for (std::size_t i = 0; i < 40; ++i)
    for (const float x : store.row(ItemId{i})) CHECK(std::isfinite(x));
  // And so has an item uploaded in this very instant, or of no duration.
  store.shelf[3].uploaded = store.request().time;
  store.shelf[4].duration_s = 0;
  store.table.publish(store.shelf, store.stats, {}, true);
  for (const std::size_t i : {3, 4})
    for (const float x : store.row(ItemId{i})) CHECK(std::isfinite(x));
}

TEST_CASE("publishing follows the items that changed and those that are new") {
  Store store;
  store.fill();
  ItemFeatureTable partial;
  partial.publish(Catalog(store.shelf).first(30), store.stats, {}, false);  // all are new
  const std::vector<Interaction> batch{play_page(UserId{1}, SimTime{0} + kDay, store.shelf[5])};
  store.stats.observe(batch, store.shelf);
  const float before = partial.row(ItemId{6})[0];
  const float changed = partial.row(ItemId{5})[0];
  partial.publish(store.shelf, store.stats, batch, false);
  CHECK(partial.row(ItemId{5})[0] != changed);
  CHECK(partial.row(ItemId{6})[0] == before);
  ItemFeatureTable whole;
  whole.publish(store.shelf, store.stats, {}, true);
  std::size_t width = 0;
  for (const Feature& f : feature_registry()) width += f.group == FeatureGroup::Item;
  for (const std::size_t i : {5, 35})
    for (std::size_t f = 0; f < width; ++f) CHECK(partial.row(ItemId{i})[f] == whole.row(ItemId{i})[f]);
}

TEST_CASE("features point the way they say") {
  Store store;
  store.fill();
  const auto at = [](std::string_view name) {
    for (std::size_t f = 0; f < feature_registry().size(); ++f)
      if (feature_registry()[f].name == name) return f;
    FAIL("no feature " << name);
    return std::size_t{0};
  };
  CHECK(store.row(ItemId{0})[at("context.tv")] == 1);
  CHECK(store.row(ItemId{0})[at("context.mobile")] == 0);
  CHECK(store.row(ItemId{0})[at("context.page")] == Approx(std::log(3.0)));
  CHECK(store.row(ItemId{0})[at("context.weekend")] == 0);  // day 1, a Tuesday, 22:00 in New York
  CHECK(store.row(ItemId{0})[at("context.evening")] == Approx(std::cos(2 * 3.14159265358979 / 24)).epsilon(1e-6));
  CHECK(store.row(ItemId{0}, {0.75f, 0.5f})[at("cross.factorisation")] == 0.75f);
  CHECK(store.row(ItemId{0}, {0.75f, 0.5f})[at("cross.towers")] == 0.5f);
  CHECK(store.row(ItemId{39})[at("cross.log_age")] < store.row(ItemId{0})[at("cross.log_age")]);
  // Content: an item in the direction of the profile beats its opposite.
  float norm = 0;
  for (const float x : store.user.profile) norm += x * x;
  for (std::size_t d = 0; d < kContentDims; ++d) {
    store.shelf[0].content[d] = store.user.profile[d] / std::sqrt(norm);
    store.shelf[1].content[d] = -store.shelf[0].content[d];
  }
  CHECK(store.row(ItemId{0})[at("cross.content")] == Approx(1).epsilon(1e-5));
  CHECK(store.row(ItemId{1})[at("cross.content")] == Approx(-1).epsilon(1e-5));
}
