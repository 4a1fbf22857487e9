#include "experiment/metrics/group.hpp"

#include <cmath>
#include <numeric>
#include <set>

#include "stats/diversity.hpp"
#include "tests/experiment/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Items 0 and 1 are of creator 0, who had all clicks before and so leads; 2 and 3 of creator 1, and so on.
double value(std::string_view name, std::vector<std::int64_t> shown, GroupClicks clicks = {},
             std::vector<std::int64_t> early = {}) {
  const Platform platform = tiny_platform();
  for (const GroupMetric& m : group_metrics())
    if (m.name == name) return m.value({platform, std::move(shown), std::move(early), clicks});
  FAIL("no metric " << name);
  return 0;
}

}  // namespace

TEST_CASE("metrics of a variant have names of their own and are silent about a variant that showed nothing") {
  std::set<std::string> names;
  for (const Metric& m : metric_registry()) names.emplace(m.name);
  const Platform platform = tiny_platform();
  for (const GroupMetric& m : group_metrics()) {
    INFO(m.name);
    const MetricInfo info = info_of(m);
    CHECK(names.insert(info.name).second);
    CHECK_FALSE(info.doc.empty());
    CHECK_FALSE(info.unit_of_analysis.empty());
    CHECK(info.of_variant);
    CHECK((info.unit == "%") == (info.scale == 100));
    const double x = m.value({platform, std::vector<std::int64_t>(8), std::vector<std::int64_t>(8)});
    CHECK((std::isnan(x) || x == 0));  // nothing is covered, and nothing else can be said
    const double y = m.value({platform, {30, 40, 50, 60, 70, 80, 90, 100}, {25, 20, 25, 30, 35, 40, 45, 50}, {10, 5}});
    CHECK(std::isfinite(y));
  }
}

TEST_CASE("Netflix's effective catalogue size is its formula") {
  // Shares 0.5, 0.3, 0.2 in descending order: 2 (0.5 + 2 * 0.3 + 3 * 0.2) - 1 = 2.4.
  CHECK(value("exposure_ecs", {3, 5, 2}) == Approx(2.4));
  CHECK(value("exposure_ecs", {4, 4, 4, 4}) == Approx(4));
  CHECK(value("exposure_ecs", {0, 9, 0, 0}) == Approx(1));
}

TEST_CASE("coverage by 100 impressions counts items shown so often") {
  CHECK(value("exposure_coverage_100", {100, 99, 0, 1000}) == 0.5);
}

TEST_CASE("creators' Gini is that of their items' impressions together") {
  const std::vector<std::int64_t> creators{10, 0, 30};
  CHECK(value("creator_gini", {4, 6, 0, 0, 30, 0}) == Approx(gini(creators)));
}

TEST_CASE("the leading creators are the fewest with half of the clicks before") {
  Platform p = tiny_platform();
  CHECK(p.leading == std::vector<std::uint8_t>{1, 1, 0, 0, 0, 0, 0, 0});
  // Creators 1, 2 and 3 have two clicks each and creator 0 one: half of seven takes the two of the lowest ids.
  const auto clicked = [](std::initializer_list<std::uint64_t> items) {
    std::vector<ItemId> out;
    for (const std::uint64_t i : items) out.push_back(ItemId{i});
    return out;
  };
  p.set_popularity(std::vector{clicked({0, 2, 3, 4, 5}), clicked({6, 7})});
  CHECK(p.leading == std::vector<std::uint8_t>{0, 0, 1, 1, 1, 1, 0, 0});
}

TEST_CASE("exposure is set against merit between leading creators and the others") {
  // Leading: 2 items, 40 impressions, 8 clicks: 20 an item for a merit of 0.2. Others: 6 items, 60 impressions, 6 clicks: 10 an
  // item for a merit of 0.1. Both are shown 100 times their merit.
  CHECK(value("creator_exposure_ratio", {20, 20, 10, 10, 10, 10, 10, 10}, {6, 8}) == Approx(1));
  // With twice the merit others get half of their due.
  CHECK(value("creator_exposure_ratio", {20, 20, 10, 10, 10, 10, 10, 10}, {12, 8}) == Approx(0.5));
  CHECK(std::isnan(value("creator_exposure_ratio", {20, 20, 10, 10, 10, 10, 10, 10}, {0, 8})));
}

TEST_CASE("feedback gain is the slope of log impressions of the second half on the first") {
  // Second half + 0.5 = (first half)^2 / 100, so the slope is 2; the item shown 10 times is too little known.
  const std::vector<std::int64_t> early{30, 50, 70, 10};
  std::vector<std::int64_t> shown;
  for (const std::int64_t x : early) shown.push_back(x + (x * x - 50) / 100);
  shown[3] = 5000;
  // (900 - 50) / 100 = 8.5 is cut to 8: the slope is 2 to what whole impressions allow.
  CHECK(value("feedback_gain", shown, {}, early) == Approx(2).epsilon(0.05));
  CHECK(std::isnan(value("feedback_gain", {30, 30, 5}, {}, {20, 25, 2})));  // two items make no slope
  CHECK(std::isnan(value("feedback_gain", {30, 30, 5})));
}

TEST_CASE("pairs of the panel are compared by categories and items and weighted by both") {
  PanelView view;
  view.items = {{1, 2}, {2, 3}, {7}};
  view.mix = {{2, 0}, {2, 0}, {0, 1}};
  view.creators = {1, 2, 3};
  const PanelPairs pairs(view);
  // Users 0 and 1 see one category and share one item of three; user 2 has nothing in common with them.
  const PanelMetrics all = pairs.values(std::vector<double>{1, 1, 1});
  CHECK(all.distance == Approx((0 + 2 * std::sqrt(std::log(2.0))) / 3));
  CHECK(all.overlap == Approx((1.0 / 3) / 3));
  CHECK(all.creators == Approx(2));
  const PanelMetrics some = pairs.values(std::vector<double>{2, 1, 0});
  CHECK(some.distance == Approx(0).margin(1e-12));
  CHECK(some.overlap == Approx(1.0 / 3));
  CHECK(some.creators == Approx(4.0 / 3));
}

TEST_CASE("a panel of one user has no pairs") {
  PanelView view;
  view.items = {{1, 2}};
  view.mix = {{2, 0}};
  view.creators = {1};
  const PanelMetrics one = PanelPairs(view).values(std::vector<double>{1});
  CHECK(std::isnan(one.distance));
  CHECK(std::isnan(one.overlap));
  CHECK(one.creators == 1);
  CHECK(std::isnan(PanelPairs({}).values({}).creators));
}

TEST_CASE("who was shown nothing is in no pair") {
  PanelView view;
  view.items = {{1}, {}, {1}};
  view.mix = {{1}, {0}, {1}};
  view.creators = {1, 0, 1};
  const PanelMetrics m = PanelPairs(view).values(std::vector<double>{1, 1, 1});
  CHECK(m.overlap == 1);
  CHECK(m.distance == 0);
}
