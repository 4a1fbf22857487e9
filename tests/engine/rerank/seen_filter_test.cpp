#include "engine/rerank/seen_filter.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("an item is admitted once and its position remembered") {
  SeenFilter filter;
  filter.begin({}, true, 10);
  CHECK(filter.position(ItemId{3}) == -1);
  CHECK(filter.admit(ItemId{3}, 0));
  CHECK_FALSE(filter.admit(ItemId{3}, 1));
  CHECK(filter.admit(ItemId{4}, 1));
  CHECK(filter.position(ItemId{3}) == 0);
  CHECK(filter.position(ItemId{4}) == 1);
}

TEST_CASE("clicked items are refused for good and shown ones within the visit") {
  OnlineFeatures user;
  user.consumed = {ItemId{1}, ItemId{2}};
  user.shown = {ItemId{5}};
  SeenFilter filter;
  filter.begin(user, true, 10);
  CHECK_FALSE(filter.admit(ItemId{1}, 0));
  CHECK(filter.position(ItemId{1}) == -1);
  CHECK(filter.admit(ItemId{5}, 0));  // a new visit begins
  filter.begin(user, false, 10);
  CHECK_FALSE(filter.admit(ItemId{2}, 0));
  CHECK_FALSE(filter.admit(ItemId{5}, 0));
  CHECK(filter.admit(ItemId{6}, 0));
}

TEST_CASE("beginning forgets and a growing catalogue is followed") {
  OnlineFeatures user;
  user.consumed = {ItemId{0}};
  SeenFilter filter;
  filter.begin(user, true, 2);
  CHECK(filter.admit(ItemId{1}, 0));
  filter.begin({}, true, 50);
  CHECK(filter.admit(ItemId{0}, 0));
  CHECK(filter.admit(ItemId{1}, 1));
  CHECK(filter.admit(ItemId{49}, 2));
  CHECK(filter.position(ItemId{49}) == 2);
  filter.begin({}, true, 3);  // another world's smaller catalogue on the same thread
  CHECK(filter.admit(ItemId{2}, 0));
}
