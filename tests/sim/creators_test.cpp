#include "sim/creators.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/tiny_world.hpp"

using namespace feedloop;

namespace {

// Creators 0 and 1 from the start, 2 from day 10 on; item i is creator i's.
std::vector<ItemFacts> shelf() {
  std::vector<ItemFacts> items(3);
  for (std::size_t i = 0; i < 3; ++i) {
    items[i].id = ItemId{i};
    items[i].creator = CreatorId{i};
    items[i].uploaded = i == 2 ? day(10) : day(-50);
  }
  return items;
}

std::vector<Interaction> shown(std::size_t item, int times) {
  Interaction page;
  for (int k = 0; k < times; ++k) {
    page.slate.slots.emplace_back();
    page.slate.slots.back().item = ItemId{item};
    page.outcome.slots.emplace_back();
  }
  return {page};
}

}  // namespace

TEST_CASE("who is shown too little for 28 days leaves, a newcomer not before having had as long") {
  const auto items = shelf();
  Creators creators(10, items);
  REQUIRE(creators.may_leave());
  for (int d = 1; d <= 45; ++d) {
    creators.observe(shown(0, 1));  // 28 in 28 days: enough
    creators.end_day(day(d));
    CHECK(creators.left(CreatorId{1}, day(d)) == (d >= 28));
    CHECK(creators.left(CreatorId{2}, day(d)) == (d >= 38));
    CHECK_FALSE(creators.left(CreatorId{0}, day(d)));
  }
  CHECK(creators.left_by(day(27)) == 0);
  CHECK(creators.left_by(day(45)) == 2);
  CHECK(creators.impressions(CreatorId{0}) == 27);  // the day that goes on is still empty
  // Once the attention is gone, so is the creator.
  for (int d = 46; d <= 70; ++d) creators.end_day(day(d));
  CHECK(creators.left(CreatorId{0}, day(70)));
}

TEST_CASE("without a floor nobody leaves") {
  Creators creators(0, shelf());
  CHECK_FALSE(creators.may_leave());
  for (int d = 1; d <= 60; ++d) creators.end_day(day(d));
  CHECK(creators.left_by(day(60)) == 0);
}

TEST_CASE("creators' saved state goes on as if never saved") {
  Creators a(10, shelf());
  for (int d = 1; d <= 20; ++d) {
    a.observe(shown(0, 1));
    a.end_day(day(d));
  }
  Creators b(10, shelf());
  load_state(b, save_state(a));
  for (int d = 21; d <= 40; ++d) {
    a.end_day(day(d));
    b.end_day(day(d));
  }
  CHECK(save_state(a) == save_state(b));
  CHECK(b.left(CreatorId{0}, day(40)));
}
