#include "engine/retrieval/editorial.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<ItemId> list_after(Editorial& source, const ItemStats& stats, Catalog shelf, SimTime now, Seed seed = {1}) {
  source.publish({now, shelf, stats, seed});
  std::vector<ItemId> items;
  for (const Scored& s : nominate(source, request_of(UserId{0}, now), {}, shelf, 1000)) items.push_back(s.item);
  return items;
}

Editorial with_ids(const std::string& ids) {
  Editorial::Params p;
  p.ids = ids;
  return Editorial(p);
}

}  // namespace

TEST_CASE("a chosen list takes turns over the categories and only what did well per play") {
  const auto shelf = make_shelf(80, 4);
  ItemStats stats({});
  std::vector<Interaction> pages;
  // Of each category, a third of the items do well, a third badly, and a third is not played.
  for (std::size_t i = 0; i < 80; ++i)
    if (i / 4 % 3 < 2)
      pages.push_back(page_of(request_of(UserId{0}, SimTime{0}), {ItemId{i}}, {play(shelf[i], i / 4 % 3 == 0 ? 1.0 : 0.1)}));
  stats.observe(pages, shelf);
  Editorial source({});
  const auto list = list_after(source, stats, shelf, SimTime{0} + kDay);
  REQUIRE(list.size() == 10);
  std::vector<int> of_category(4, 0);
  for (const ItemId item : list) {
    CHECK(item.index() / 4 % 3 == 0);
    ++of_category[shelf[item.index()].category.index()];
  }
  for (const int n : of_category) CHECK((n == 2 || n == 3));
}

TEST_CASE("a list stays until it is due and then chance chooses anew") {
  const auto shelf = make_shelf(80);
  const ItemStats stats({});
  Editorial source({}), other({});
  const auto first = list_after(source, stats, shelf, SimTime{0});
  CHECK(first.size() == 10);
  CHECK(list_after(source, stats, shelf, SimTime{0} + kDay * 6) == first);
  // Two choices of 10 of 80 in order coincide with probability below 1e-12.
  CHECK(list_after(source, stats, shelf, SimTime{0} + kDay * 7) != first);
  CHECK(list_after(other, stats, shelf, SimTime{0}, {2}) != first);
}

TEST_CASE("blocked items are never chosen") {
  auto shelf = make_shelf(12);
  for (std::size_t i = 0; i < 12; ++i) shelf[i].blocked = i != 5;
  const ItemStats stats({});
  Editorial source({});
  CHECK(list_after(source, stats, shelf, SimTime{0}) == std::vector{ItemId{5}});
}

TEST_CASE("a list by hand is kept in its order and items join it once uploaded") {
  const auto shelf = make_shelf(60);
  const ItemStats stats({});
  Editorial source = with_ids("12, 55,0");
  CHECK(list_after(source, stats, Catalog(shelf).first(20), SimTime{0}) == std::vector{ItemId{12}, ItemId{0}});
  CHECK(list_after(source, stats, shelf, SimTime{0} + kHour) == std::vector{ItemId{12}, ItemId{55}, ItemId{0}});
}

TEST_CASE("ids that are not ids are refused with the key and the word") {
  for (const char* ids : {"x", "1,,2", "1,", ",", " ", "1.5", "-1", "4294967296", "1 2", "3,4,3"}) {
    INFO(ids);
    try {
      with_ids(ids);
      FAIL("was accepted");
    } catch (const Error& e) {
      CHECK(std::string(e.what()).find("`engine.retrieval.editorial.ids` = \"" + std::string(ids) + "\"") != std::string::npos);
    }
  }
}
