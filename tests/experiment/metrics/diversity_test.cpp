#include "experiment/metrics/diversity.hpp"

#include <cmath>

#include "experiment/metrics/calibration.hpp"
#include "experiment/metrics/engagement.hpp"
#include "experiment/unit_table.hpp"
#include "tests/experiment/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// User 0 over the table, so that the mixes are those that it keeps.
UnitValue judged(const Metric& metric, const std::vector<Interaction>& pages, double hours = 48) {
  UnitTable table(4, 8, 1, std::make_shared<const Platform>(tiny_platform()));
  table.add(pages);
  for (std::size_t m = 0; m < metric_registry().size(); ++m)
    if (metric_registry()[m].name == metric.name) return table.value(0, m, at_hours(hours)).value();
  FAIL("not registered");
  return {};
}

// Categories shown: 0 three times, 1 twice, 2 once. Clicked: items 0 and 5, of categories 0 and 1.
std::vector<Interaction> some_pages() {
  return {TinyPage{.time = at_hours(1), .items = {0, 4, 1}, .outcomes = {clicked(1)}},
          TinyPage{.time = at_hours(2), .items = {0, 5}, .outcomes = {{}, clicked(2)}},
          TinyPage{.time = at_hours(30), .items = {2}}};
}

void is(const UnitValue& v, double num, double den) {
  CHECK(v.num == Approx(num));
  CHECK(v.den == Approx(den));
}

}  // namespace

TEST_CASE("a user's entropy is that of the categories of their impressions") {
  is(judged(kUserEntropy, some_pages()), -(std::log(3.0 / 6) / 2 + std::log(2.0 / 6) / 3 + std::log(1.0 / 6) / 6), 1);
  is(judged(kUserEntropy, {TinyPage{.time = at_hours(1), .items = {0, 4}}}), 0, 1);
}

TEST_CASE("novelty is the self-information of items by who had clicked them before the experiment") {
  // Two users had clicked anything: pop is (2 + 1) / 4 of item 0, (1 + 1) / 4 of item 1 and 1 / 4 of all others.
  const double zero = -std::log2(3.0 / 4), one = 1, none = 2;
  is(judged(kNovelty, some_pages()), 2 * zero + one + 3 * none, 6);
}

TEST_CASE("intra-list distance is the mean of 1 - cos over the pairs of a page and skips pages of one item") {
  // Page 1: items 0 and 4 share an axis, 1 has another: (0 + 1 + 1) / 3. Page 2: 1.
  is(judged(kIntraListDistance, some_pages()), 2.0 / 3 + 1, 2);
}

TEST_CASE("items are new for seven days after their upload") {
  // Item i is i days and the hour old. At hour 1 items 0, 4 and 1 are new; item 7 is not, nor is 6 a day later.
  is(judged(kNewItemShare, some_pages()), 6, 6);
  is(judged(kNewItemShare, {TinyPage{.time = at_hours(1), .items = {6, 7}}, TinyPage{.time = at_hours(24), .items = {6}}}), 1,
     3);
}

TEST_CASE("miscalibration is Steck's divergence of clicked from shown categories") {
  const auto part = [](double p, double q) { return p * std::log(p / (0.99 * q + 0.01 * p)); };
  is(judged(kMiscalibration, some_pages()), part(0.5, 3.0 / 6) + part(0.5, 2.0 / 6), 1);
}

TEST_CASE("who clicked nothing has no miscalibration") {
  UnitTable table(4, 8, 1, std::make_shared<const Platform>(tiny_platform()));
  const Interaction page = TinyPage{.time = at_hours(1), .items = {0, 1}};
  table.add(std::span(&page, 1));
  for (std::size_t m = 0; m < metric_registry().size(); ++m)
    if (metric_registry()[m].name == kMiscalibration.name) CHECK_FALSE(table.value(0, m, at_hours(48)).has_value());
}

TEST_CASE("revenue is the price of clicks on sponsored items") {
  // Item 5 earns 50 cents; item 0 is not sponsored. Judged 47 hours after entry.
  is(judged(kRevenuePerUserDay, some_pages()), 50, 47.0 / 24);
}

TEST_CASE("calibration holds the predictions of first slots against their clicks") {
  Interaction first = TinyPage{.time = at_hours(1), .items = {0, 1, 2}, .outcomes = {clicked(1), clicked(1)}};
  first.slate.slots[0].heads[0] = 0.25f;
  first.slate.slots[1].heads[0] = 0.5f;  // for the first slot too, so what happened at the second does not judge it
  Interaction second = TinyPage{.time = at_hours(2), .items = {3}};
  second.slate.slots[0].heads[0] = 0.75f;
  const Interaction popularity = TinyPage{.time = at_hours(3), .items = {4}, .outcomes = {clicked(1)}};
  is(judged(kClickCalibration, {first, second, popularity}), 1, 1);

  PredictionSums sums, more;
  for (const Interaction& page : {first, popularity}) sums.add(page);
  CHECK(sums.calibration_error() == Approx(0.75));
  CHECK(std::isnan(sums.normalised_entropy()));  // all were clicked
  more.add(second);
  sums.merge(more);
  // Two bins of one prediction each: off by 0.75 and 0.75. Log loss is -ln 0.25 for both, the entropy of one half is ln 2.
  CHECK(sums.calibration_error() == Approx(0.75));
  CHECK(sums.normalised_entropy() == Approx(2));
  CHECK(std::isnan(PredictionSums().calibration_error()));
}

TEST_CASE("a click's price is lognormal over creators and the same for all items of one") {
  std::vector<ItemFacts> items(4000);
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i].id = ItemId{i};
    items[i].creator = CreatorId{i / 2};
    items[i].sponsored = i % 4 < 2;
  }
  const auto prices = click_prices(items, 20, 0.5, Seed{3});
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < items.size(); i += 4) {
    CHECK(prices[i] == prices[i + 1]);
    CHECK(prices[i + 2] == 0);
    const double z = std::log(static_cast<double>(prices[i]) / 20) / 0.5;
    sum += z, squares += z * z;
  }
  // 1,000 creators: each check fails without cause in 6e-7 of seeds.
  CHECK(std::abs(sum / 1000) < 5 / std::sqrt(1000.0));
  CHECK(std::abs(squares / 1000 - 1) < 5 * std::sqrt(2.0 / 1000));
  CHECK(click_prices(items, 20, 0.5, Seed{3}) == prices);
  CHECK(click_prices(items, 20, 0.5, Seed{4}) != prices);
}
