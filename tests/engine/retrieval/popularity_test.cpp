#include "engine/retrieval/popularity.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<ItemId> list_after(Popularity& source, const ItemStats& stats, Catalog shelf, SimTime now, Seed seed = {1}) {
  source.publish({now, shelf, stats, seed});
  std::vector<ItemId> items;
  for (const Scored& s : source.list()) items.push_back(s.item);
  return items;
}

}  // namespace

TEST_CASE("the list is in order of clicks or of value with ties to the lower id") {
  const auto shelf = make_shelf(60);
  ItemStats stats({});
  stats.observe(random_day(0, 30, shelf, 400), shelf);
  for (const char* by : {"clicks", "value"}) {
    Popularity::Params p;
    p.by = by;
    Popularity source(p);
    const auto got = list_after(source, stats, shelf, SimTime{0} + kDay);
    std::vector<std::pair<float, std::uint32_t>> want;
    for (std::uint32_t i = 0; i < 60; ++i) {
      const ItemCounters& c = stats.at(ItemId{i});
      const float score = p.by == "clicks" ? c.clicks : c.value;
      if (score > 0) want.emplace_back(-score, i);
    }
    std::sort(want.begin(), want.end());
    REQUIRE(got.size() == 60);
    for (std::size_t i = 0; i < want.size(); ++i) REQUIRE(got[i].value == want[i].second);
  }
}

TEST_CASE("what nobody clicked comes last in an order of chance") {
  const auto shelf = make_shelf(60);
  ItemStats stats({});
  stats.observe({{play_page(UserId{0}, SimTime{0}, shelf[50])}}, shelf);
  Popularity a({}), b({});
  const auto x = list_after(a, stats, shelf, SimTime{0} + kDay, {1}), y = list_after(b, stats, shelf, SimTime{0} + kDay, {2});
  CHECK(x[0] == ItemId{50});
  CHECK(y[0] == ItemId{50});
  CHECK(x != y);
  CHECK(std::set<ItemId>(x.begin(), x.end()).size() == 60);
  CHECK_FALSE(std::is_sorted(x.begin() + 1, x.end()));
}

TEST_CASE("publications keep their cadence and their depth") {
  const auto shelf = make_shelf(60);
  ItemStats stats({});
  Popularity::Params p;
  p.depth = 10;
  Popularity source(p);
  const auto first = list_after(source, stats, shelf, SimTime{0});
  CHECK(first.size() == 10);
  stats.observe({{play_page(UserId{0}, SimTime{0}, shelf[50])}}, shelf);
  CHECK(list_after(source, stats, shelf, SimTime{0} + kMinute * 14) == first);
  CHECK(list_after(source, stats, shelf, SimTime{0} + kMinute * 15)[0] == ItemId{50});
}

namespace {

// Of 20,000 requests, how many are given each of three items that were clicked 60, 30 and 10 times, when one is taken.
std::vector<double> drawn(const Popularity::Params& params, std::uint64_t seed = 1) {
  auto shelf = make_shelf(4);
  ItemStats stats({});
  for (const auto& [item, clicks] : {std::pair{0, 60}, {1, 30}, {2, 10}})
    for (int i = 0; i < clicks; ++i)
      stats.observe({{play_page(UserId{0}, SimTime{0}, shelf[static_cast<std::size_t>(item)])}}, shelf);
  Popularity source(params);
  source.publish({SimTime{0} + kDay, shelf, stats, {seed}});
  std::vector<double> given(4, 0.0);
  for (std::size_t u = 0; u < 20'000; ++u) {
    const Request request = request_of(UserId{u}, SimTime{0} + kDay);
    const OnlineFeatures user;
    std::vector<Scored> out;
    source.nominate({request, user, shelf}, 1, out);
    REQUIRE(out.size() == 1);
    ++given[out[0].item.index()];
  }
  return given;
}

bool near_share(double count, double share) {
  return std::abs(count - 20'000 * share) < kZ * std::sqrt(20'000 * share * (1 - share)) + 1e-9;
}

}  // namespace

TEST_CASE("a sampled list is drawn in proportion to clicks and a discount levels what is above its threshold") {
  Popularity::Params p;
  p.take = "sample";
  const auto plain = drawn(p);  // each share's failure probability: 6e-7
  CHECK(near_share(plain[0], 0.6));
  CHECK(near_share(plain[1], 0.3));
  CHECK(near_share(plain[2], 0.1));
  CHECK(plain[3] == 0);
  p.discount = 1;
  p.discount_above = 0.6;  // of a mean of 100 / 3: all above 20 clicks count 20
  const auto level = drawn(p);
  CHECK(near_share(level[0], 0.4));
  CHECK(near_share(level[1], 0.4));
  CHECK(near_share(level[2], 0.2));
  p.discount = 0.5;  // 20 sqrt(60 / 20) and 20 sqrt(30 / 20)
  const auto half = drawn(p);
  const double first = 20 * std::sqrt(3.0), second = 20 * std::sqrt(1.5), all = first + second + 10;
  CHECK(near_share(half[0], first / all));
  CHECK(near_share(half[1], second / all));
  CHECK(drawn(p) == half);
  CHECK(drawn(p, 2) != half);
}

TEST_CASE("a sample holds each item once and what nobody clicked last") {
  const auto shelf = make_shelf(30);
  ItemStats stats({});
  for (std::size_t i = 0; i < 10; ++i) stats.observe({{play_page(UserId{0}, SimTime{0}, shelf[i])}}, shelf);
  Popularity::Params p;
  p.take = "sample";
  Popularity source(p);
  source.publish({SimTime{0} + kDay, shelf, stats, {1}});
  const Request request = request_of(UserId{3}, SimTime{0} + kDay);
  const OnlineFeatures user;
  for (const std::size_t k : {5u, 20u, 100u}) {
    std::vector<Scored> out;
    source.nominate({request, user, shelf}, k, out);
    REQUIRE(out.size() == std::min<std::size_t>(k, 30));
    std::set<ItemId> items;
    for (const Scored& s : out) items.insert(s.item);
    CHECK(items.size() == out.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(k, 10); ++i) CHECK(out[i].item.value < 10);
  }
}
