#include "engine/retrieval/hot_lists.hpp"

#include <set>

#include "base/distributions.hpp"
#include "base/random.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr HotLists::Pace kPace{6, 15, 10};

HotLists random_lists(int clicks) {
  HotLists lists;
  Rng rng = stream({1}, Stream::Test, {});
  for (int i = 0; i < clicks; ++i) {
    const double u = rng.uniform();
    const ItemId item{static_cast<std::uint64_t>(u * u * 30)};
    const std::uint32_t group = uniform_below(rng, 4);
    lists.click(item, group == 3 ? Group{} : Group{group});
  }
  lists.publish(SimTime{0} + kHour, kPace);
  return lists;
}

}  // namespace

TEST_CASE("lists are in order without repeats and as deep as asked") {
  for (const int clicks : {1, 5, 20, 500}) {
    const HotLists lists = random_lists(clicks);
    for (const Group group : {Group{}, Group{0}, Group{1}, Group{2}, Group{7}}) {
      const auto list = lists.list(group);
      REQUIRE(list.size() <= 10);
      std::set<ItemId> items;
      for (std::size_t i = 0; i < list.size(); ++i) {
        REQUIRE(items.insert(list[i].item).second);
        if (i > 0) REQUIRE(list[i - 1].score >= list[i].score);
      }
    }
    CHECK(lists.list(7).data() == lists.list({}).data());  // nobody of group 7 clicked
  }
}

TEST_CASE("a short list goes on with everybody's in their order") {
  HotLists lists;
  for (int i = 0; i < 5; ++i) lists.click(ItemId{1}, Group{});
  for (int i = 0; i < 3; ++i) lists.click(ItemId{2}, Group{0});
  lists.click(ItemId{3}, Group{1});
  CHECK(lists.publish(SimTime{0} + kHour, kPace));
  std::vector<std::uint32_t> order;
  for (const Scored& s : lists.list(1)) order.push_back(s.item.value);
  CHECK(order == std::vector<std::uint32_t>{3, 1, 2});
  order.clear();
  for (const Scored& s : lists.list(0)) order.push_back(s.item.value);
  CHECK(order == std::vector<std::uint32_t>{2, 1, 3});
}

TEST_CASE("publications are due at their pace") {
  HotLists lists;
  lists.click(ItemId{1}, Group{});
  CHECK_FALSE(lists.publish(SimTime{0} + kMinute * 14, kPace));
  CHECK(lists.list({}).empty());
  CHECK(lists.publish(SimTime{0} + kMinute * 15, kPace));
  CHECK(lists.list({}).size() == 1);
  CHECK_FALSE(lists.publish(SimTime{0} + kMinute * 29, kPace));
  CHECK(lists.publish(SimTime{0} + kDay * 30, kPace));
  CHECK(lists.list({}).empty());
}
