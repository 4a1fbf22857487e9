#include "engine/retrieval/popularity.hpp"

#include <algorithm>
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
