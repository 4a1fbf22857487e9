#include "engine/features.hpp"

#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Store {
  std::vector<ItemFacts> shelf = make_shelf(40, 5);
  ItemStats stats{{}};
  WeekCounters counters;
  WeekSnapshot week;
  ItemFeatureTable table;
  OnlineFeatures user;

  void fill() {
    for (std::int64_t d = 0; d < 2; ++d) {
      const auto batch = random_day(d, 10, shelf, 200);
      stats.observe(batch, shelf);
      counters.observe(batch, shelf);
    }
    week = counters.publish({});
    for (const Interaction& page : random_day(1, 1, shelf, 25)) observe_user(user, page, shelf, 100);
    table.publish(input(), {}, true);
  }
  ItemFeatureInput input(std::size_t items = 40) const {
    return {SimTime{0} + kDay * 2, Catalog(shelf).first(items), stats, week};
  }
  Request request() const {
    Request r = request_of(UserId{0}, SimTime{0} + kDay * 2 + kHour * 3, 1, 2);
    r.utc_offset_h = -5;
    r.device = 2;
    return r;
  }
  std::vector<float> row(ItemId item, const Affinities& affinities = {0.25f, 0.5f}) const {
    const Request r = request();
    RowWriter writer(r, user, shelf, stats, week, table);
    std::vector<float> out(static_cast<std::size_t>(feature_count()));
    writer.write(item, affinities, out.data());
    return out;
  }
  float at(std::string_view name, ItemId item, const Affinities& affinities = {0.25f, 0.5f}) const {
    for (std::size_t f = 0; f < feature_registry().size(); ++f)
      if (feature_registry()[f].name == name) return row(item, affinities)[f];
    FAIL("no feature " << name);
    return 0;
  }
};

double shrink(double hits, double trials, double prior, double weight) { return (hits + prior * weight) / (trials + weight); }
double logit(double p) { return std::log(p / (1 - p)); }
double dot(const auto& a, const auto& b) {
  double sum = 0;
  for (std::size_t d = 0; d < kContentDims; ++d) sum += static_cast<double>(a[d]) * static_cast<double>(b[d]);
  return sum;
}

// Every feature again, one at a time, in double and from the logged state alone.
std::map<std::string_view, double> obvious(const Store& s, ItemId id, const Affinities& affinities = {0.25f, 0.5f}) {
  const Request r = s.request();
  const OnlineFeatures& u = s.user;
  const ItemFacts& item = s.shelf[id.index()];
  const auto d = [](auto x) { return static_cast<double>(x); };
  const ItemCounters &total = s.stats.total(), &n = s.stats.at(id);
  const ItemWeek &week_total = s.week.total, &w = s.week.item(id);
  const UserWeek& uw = s.week.user(r.user);
  const std::size_t c = item.category.index();
  const double base = shrink(d(total.clicks), d(total.impressions), 0.05, 100);
  const double week_base = shrink(d(week_total.clicks), d(week_total.impressions), 0.05, 100);
  ItemCounters maker;
  std::array<double, kContentDims> centre{}, recent{};
  for (const ItemFacts& other : s.shelf) {
    if (other.creator == item.creator) {
      maker.clicks += s.stats.at(other.id).clicks;
      maker.impressions += s.stats.at(other.id).impressions;
      maker.value += s.stats.at(other.id).value;
    }
    if (other.category == item.category)
      for (std::size_t k = 0; k < kContentDims; ++k) centre[k] += d(other.content[k]);
  }
  double entropy = 0, clicks = 0, plays_today = 0, same_hours = 0, value = 0, log_duration = 0, in_category = 0, by_creator = 0;
  for (const float x : u.category_clicks) clicks += d(x);
  for (const float x : u.category_clicks)
    if (x > 0) entropy -= d(x) / clicks * std::log(d(x) / clicks);
  const int plays = u.history_size();
  const double hour = local_hour(r.time, r.utc_offset_h);
  for (int i = 0; i < plays; ++i) {
    const HistoryEntry& h = u.recent(i);
    const ItemFacts& played = s.shelf[h.item.index()];
    const bool today = (r.time - h.time).hours() < 24;
    plays_today += today;
    same_hours += std::floor(local_hour(h.time, r.utc_offset_h) / 6) == std::floor(hour / 6);
    by_creator += played.creator == item.creator;
    if (i < 10) {
      value += d(h.value) / std::min(plays, 10);
      log_duration += std::log(d(played.duration_s) / 300) / std::min(plays, 10);
      in_category += today && played.category == item.category;
    }
    if (i < 5)
      for (std::size_t k = 0; k < kContentDims; ++k) recent[k] += d(played.content[k]);
  }
  const auto month = [](double hours) { return std::log1p(std::min(hours, 720.0)) / std::log1p(720.0); };
  const double norm = std::sqrt(dot(u.profile, u.profile)), content = dot(u.profile, item.content) / norm;
  const double own = shrink(d(u.clicks), d(u.impressions), base, 40);
  const double user_skip = shrink(d(u.skips), d(u.clicks), 0.1, 5);
  const double item_skip = shrink(d(n.skips), d(n.clicks), shrink(d(total.skips), d(total.clicks), 0.1, 100), 10);
  const double value_prior = shrink(d(total.value), d(total.clicks), 0.5, 100);
  const double item_value = shrink(d(n.value), d(n.clicks), value_prior, 10);
  const double share = d(u.category_clicks[c]) / (d(u.clicks) + 2);
  const double item_duration = std::log(d(item.duration_s) / 300);
  return {
      {"user.ctr", logit(own)},
      {"user.completion", shrink(d(u.completions), d(u.clicks), 0.3, 5)},
      {"user.skip", user_skip},
      {"user.log_clicks", std::log1p(d(u.clicks)) / 4},
      {"user.log_watch", std::log1p(d(u.watched_min)) / 5},
      {"user.log_sessions", std::log1p(d(u.sessions)) / 4},
      {"user.new", u.total_clicks < 5},
      {"user.watch_7d", std::log1p(d(uw.watched_s) / 60) / 5},
      {"user.ctr_7d", logit(shrink(d(uw.clicks), d(uw.impressions), week_base, 40))},
      {"user.active_days_7d", d(uw.active_days) / 7},
      {"history.entropy", entropy / std::log(32.0)},
      {"history.value", value},
      {"history.duration", log_duration},
      {"history.today", std::log1p(plays_today) / 3},
      {"history.same_hours", shrink(same_hours, plays, 0.25, 4)},
      {"history.focus", norm / (d(u.clicks) + 2)},
      {"history.since_play", month((r.time - u.recent(0).time).hours())},
      {"history.since_visit", month((r.time - u.last_request).hours())},
      {"context.mobile", 0},
      {"context.tv", 1},
      {"context.page", std::log(3.0)},
      {"context.evening", std::cos(2 * std::numbers::pi * (hour - 21) / 24)},
      {"context.weekend", 0},  // day 1, a Tuesday, 22:00 in New York
      {"item.ctr", logit(shrink(d(n.clicks), d(n.impressions), base, 60))},
      {"item.completion", shrink(d(n.completions), d(n.clicks), shrink(d(total.completions), d(total.clicks), 0.3, 100), 10)},
      {"item.like", 10 * shrink(d(n.likes), d(n.clicks), shrink(d(total.likes), d(total.clicks), 0.05, 100), 20)},
      {"item.skip", item_skip},
      {"item.value", item_value},
      {"item.log_impressions", std::log1p(d(n.impressions)) / 8},
      {"item.ctr_7d", logit(shrink(d(w.clicks), d(w.impressions), week_base, 60))},
      {"item.clicks_7d", std::log1p(d(w.clicks)) / 6},
      {"item.completion_7d",
       shrink(d(w.completions), d(w.clicks), shrink(d(week_total.completions), d(week_total.clicks), 0.3, 100), 10)},
      {"item.log_duration", item_duration},
      {"item.typical", dot(item.content, centre) / std::sqrt(dot(centre, centre))},
      {"item.series", item.series > 0},
      {"creator.ctr", logit(shrink(d(maker.clicks), d(maker.impressions), base, 200))},
      {"creator.value", shrink(d(maker.value), d(maker.clicks), value_prior, 20)},
      {"creator.log_clicks", std::log1p(d(maker.clicks)) / 6},
      {"category.share", share},
      {"category.ctr", logit(shrink(d(u.category_clicks[c]), d(u.category_impressions[c]), own, 15)) - logit(own)},
      {"category.recent", std::log1p(in_category)},
      {"category.clicks_7d", std::log1p(d(uw.category_clicks[c])) / 2},
      {"user_item.content", content},
      {"user_item.content_known", content * std::min(1.0, norm / 5)},
      {"user_item.content_recent", dot(item.content, recent) / std::sqrt(dot(recent, recent))},
      {"user_item.factorisation", d(affinities[0])},
      {"user_item.towers", d(affinities[1])},
      {"user_item.creator", std::min(by_creator, 5.0) / 5},
      {"cross.log_age", std::log1p((r.time - item.uploaded).days()) / 4},
      {"cross.skip", user_skip * item_skip},
      {"cross.duration", std::fabs(item_duration - log_duration)},
      {"cross.taste_quality", share * item_value},
  };
}

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

TEST_CASE("there are at least forty features and each says whose it is and how old it may be") {
  CHECK(feature_count() >= 40);
  std::set<FeatureGroup> groups;
  for (const Feature& f : feature_registry()) {
    groups.insert(f.group);
    const std::string prefix = std::string(kFeatureGroups[static_cast<std::size_t>(f.group)]) + ".";
    CHECK(f.name.substr(0, prefix.size()) == prefix);
    CHECK(static_cast<std::size_t>(f.owner) < kFeatureOwners.size());
    CHECK(static_cast<std::size_t>(f.freshness) < kFreshness.size());
    CHECK(std::isfinite(f.initial));
    if (f.owner == FeatureOwner::Warehouse) CHECK(f.freshness == Freshness::Nightly);
  }
  CHECK(groups.size() == kFeatureGroups.size());
  int shared = 0;
  for (const Feature& f : feature_registry()) shared += f.group <= FeatureGroup::Context;
  CHECK(shared == shared_feature_count());
}

TEST_CASE("each feature in a row equals an obvious computation of its own") {
  Store store;
  store.shelf[7].series = 3;
  store.fill();
  // Twice the creator's row: items 0 to 6 have one creator, so do 7 to 13.
  for (std::size_t i = 0; i < 40; ++i) {
    const auto got = store.row(ItemId{i});
    const auto want = obvious(store, ItemId{i});
    REQUIRE(want.size() == got.size());
    for (std::size_t f = 0; f < got.size(); ++f) {
      INFO(feature_registry()[f].name << " of item " << i);
      CHECK(got[f] == Approx(want.at(feature_registry()[f].name)).epsilon(1e-4).margin(1e-5));
    }
  }
}

TEST_CASE("nothing known gives every feature its declared default") {
  Store store;
  store.shelf.resize(1);
  store.shelf[0].duration_s = 300;
  store.shelf[0].content = {};
  Request r = request_of(UserId{0}, store.shelf[0].uploaded = SimTime{0} + kHour * 15);  // six hours from 21:00, a Monday
  r.device = 1;
  store.table.publish(store.input(1), {}, true);
  RowWriter writer(r, store.user, store.shelf, store.stats, store.week, store.table);
  std::vector<float> row(static_cast<std::size_t>(feature_count()));
  writer.write(ItemId{0}, {}, row.data());
  for (std::size_t f = 0; f < row.size(); ++f) {
    INFO(feature_registry()[f].name);
    CHECK(row[f] == Approx(feature_registry()[f].initial).epsilon(1e-5).margin(1e-6));
  }
}

TEST_CASE("batch features computed again from the same night have the bytes that were served") {
  Store store;
  store.fill();
  const Request r = store.request();
  std::vector<float> again(batch_columns().size());
  for (std::size_t i = 0; i < 40; ++i) {
    const auto row = store.row(ItemId{i});
    recompute_batch(store.week, r.user, store.shelf[i], again.data());
    for (std::size_t f = 0; f < again.size(); ++f) REQUIRE(again[f] == row[batch_columns()[f]]);
  }
}

TEST_CASE("a cache serves the last table that was read before the store was lost and for so long only") {
  Store store;
  ItemFeatureCache cache({.cache_minutes = 5});
  const auto publish = [&](std::int64_t minute) {
    const std::vector<Interaction> batch{play_page(UserId{1}, SimTime{0}, store.shelf[5], static_cast<std::uint32_t>(minute))};
    store.stats.observe(batch, store.shelf);
    cache.publish({SimTime{0} + kMinute * minute, store.shelf, store.stats, store.week}, batch, false);
    return cache.current().row(ItemId{5})[0];
  };
  const SimTime zero{0};
  publish(0);
  CHECK(cache.cached(zero, zero - kMinute) == nullptr);  // lost before anything was published
  const float five = publish(5), ten = publish(10);
  REQUIRE(five != ten);
  CHECK(cache.current().published() == zero + kMinute * 10);
  REQUIRE(cache.cached(zero + kMinute * 12, zero + kMinute * 11) == &cache.current());
  REQUIRE(cache.cached(zero + kMinute * 12, zero + kMinute * 9) != nullptr);
  CHECK(cache.cached(zero + kMinute * 12, zero + kMinute * 9)->row(ItemId{5})[0] == five);
  CHECK(cache.cached(zero + kMinute * 12, zero + kMinute * 9)->published() == zero + kMinute * 5);
  CHECK(cache.cached(zero + kMinute * 14, zero + kMinute * 9) != nullptr);
  CHECK(cache.cached(zero + kMinute * 15, zero + kMinute * 9) == nullptr);  // too old
  CHECK(cache.cached(zero + kMinute * 12, zero + kMinute * 4) == nullptr);  // before the table before the newest
}

TEST_CASE("items\' features are renewed as often as asked for, at night, and for an upload at once") {
  Store store;
  ItemFeatureCache cache({.cache_minutes = 5, .item_minutes = 60});
  const auto shelf = std::span<const ItemFacts>(store.shelf);
  const auto publish = [&](std::int64_t minute, std::size_t items, bool night) {
    const std::vector<Interaction> batch{play_page(UserId{1}, SimTime{0}, store.shelf[5], static_cast<std::uint32_t>(minute))};
    store.stats.observe(batch, store.shelf);
    cache.publish({SimTime{0} + kMinute * minute, shelf.first(items), store.stats, store.week}, batch, night);
    return cache.current().row(ItemId{5})[0];
  };
  const float first = publish(60, 30, false);
  CHECK(publish(65, 31, false) == first);
  CHECK(cache.current().items() == 31);
  CHECK(publish(119, 31, false) == first);
  const float second = publish(120, 31, false);
  CHECK(second != first);
  CHECK(publish(125, 31, false) == second);
  CHECK(publish(130, 31, true) != second);
}

TEST_CASE("a row computed again for the same state has the same bytes whatever was asked before it") {
  Store store;
  store.fill();
  const Request r = store.request();
  RowWriter together(r, store.user, store.shelf, store.stats, store.week, store.table);
  std::vector<float> out(static_cast<std::size_t>(feature_count()));
  for (std::size_t i = 40; i-- > 0;) {
    together.write(ItemId{i}, {0.25f, 0.5f}, out.data());
    REQUIRE(out == store.row(ItemId{i}));
  }
}

TEST_CASE("an unknown user and an unshown item have finite features") {
  Store store;
  store.table.publish(store.input(), {}, true);
  for (std::size_t i = 0; i < 40; ++i)
    for (const float x : store.row(ItemId{i})) CHECK(std::isfinite(x));
  // And so has an item uploaded in this very instant, or of no duration.
  store.shelf[3].uploaded = store.request().time;
  store.shelf[4].duration_s = 0;
  store.table.publish(store.input(), {}, true);
  for (const std::size_t i : {3, 4})
    for (const float x : store.row(ItemId{i})) CHECK(std::isfinite(x));
}

TEST_CASE("publishing follows the items that changed and those that are new") {
  Store store;
  store.fill();
  ItemFeatureTable partial;
  partial.publish(store.input(30), {}, false);  // all are new
  const std::vector<Interaction> batch{play_page(UserId{1}, SimTime{0} + kDay, store.shelf[5])};
  store.stats.observe(batch, store.shelf);
  const float before = partial.row(ItemId{6})[0];
  const float changed = partial.row(ItemId{5})[0];
  partial.publish(store.input(), batch, false);
  CHECK(partial.row(ItemId{5})[0] != changed);
  CHECK(partial.row(ItemId{6})[0] == before);
  ItemFeatureTable whole;
  whole.publish(store.input(), {}, true);
  std::size_t column = 0;
  for (const Feature& f : feature_registry())
    if (f.group == FeatureGroup::Item) {
      INFO(f.name);
      for (const std::size_t i : {5, 35})
        if (f.freshness != Freshness::Nightly)  // the category's mean content waits for the night
          CHECK(partial.row(ItemId{i})[column] == whole.row(ItemId{i})[column]);
      ++column;
    }
}

TEST_CASE("features point the way they say") {
  Store store;
  store.fill();
  CHECK(store.at("user_item.factorisation", ItemId{0}, {0.75f, 0.5f}) == 0.75f);
  CHECK(store.at("user_item.towers", ItemId{0}, {0.75f, 0.5f}) == 0.5f);
  CHECK(store.at("cross.log_age", ItemId{39}) < store.at("cross.log_age", ItemId{0}));
  // Content: an item in the direction of the profile beats its opposite.
  const double norm = std::sqrt(dot(store.user.profile, store.user.profile));
  for (std::size_t d = 0; d < kContentDims; ++d) {
    store.shelf[0].content[d] = store.user.profile[d] / static_cast<float>(norm);
    store.shelf[1].content[d] = -store.shelf[0].content[d];
  }
  CHECK(store.at("user_item.content", ItemId{0}) == Approx(1).epsilon(1e-5));
  CHECK(store.at("user_item.content", ItemId{1}) == Approx(-1).epsilon(1e-5));
}

TEST_CASE(
    "an upload's rates start from those of its creator's other items where that is asked for and a known item's hardly do") {
  Store s;
  s.fill();
  ItemFeatureInput in = s.input();
  in.creator_prior = true;
  ItemFeatureTable table;
  table.publish(in, {}, true);
  const auto d = [](auto x) { return static_cast<double>(x); };
  const ItemCounters& total = s.stats.total();
  const double base = shrink(d(total.clicks), d(total.impressions), 0.05, 100);
  std::size_t ctr = 0, shared = 0;
  for (const Feature& f : feature_registry()) shared += f.group < FeatureGroup::Item;
  while (feature_registry()[shared + ctr].name != "item.ctr") ++ctr;
  for (const ItemFacts& item : s.shelf) {
    ItemCounters others;
    for (const ItemFacts& other : s.shelf)
      if (other.creator == item.creator && other.id != item.id) {
        others.clicks += s.stats.at(other.id).clicks;
        others.impressions += s.stats.at(other.id).impressions;
      }
    const double prior = shrink(d(others.clicks), d(others.impressions), base, 200);
    const ItemCounters& own = s.stats.at(item.id);
    const double rate = shrink(d(own.clicks), d(own.impressions), prior, 60);
    CHECK(d(table.row(item.id)[ctr]) == Approx(std::log(rate / (1 - rate))).margin(1e-4));
  }
}

TEST_CASE("where the ranker is told nothing of creators all of them have the defaults and items the platform's prior") {
  Store s;
  s.fill();
  ItemFeatureCache told(CacheParams{}), alone([] {
    CacheParams p;
    p.item_prior = "platform_alone";
    return p;
  }());
  told.publish(s.input(), {}, true);
  alone.publish(s.input(), {}, true);
  std::size_t items = 0, differ = 0;
  for (const Feature& f : feature_registry()) items += f.group == FeatureGroup::Item;
  for (const ItemFacts& item : s.shelf) {
    for (std::size_t f = 0; f < items; ++f) CHECK(told.current().row(item.id)[f] == alone.current().row(item.id)[f]);
    std::size_t at = 0;
    for (const Feature& f : feature_registry()) {
      if (f.group != FeatureGroup::Creator) continue;
      CHECK(alone.current().creator(item.creator)[at] == f.initial);
      differ += told.current().creator(item.creator)[at++] != f.initial;
    }
  }
  CHECK(differ > s.shelf.size());
}
