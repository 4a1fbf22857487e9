#include "base/ids.hpp"

#include <type_traits>
#include <unordered_set>

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("ids of different kinds do not convert into each other") {
  STATIC_REQUIRE_FALSE(std::is_convertible_v<UserId, ItemId>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<UserId, ItemId>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<int, UserId>);
  CHECK(UserId{7}.index() == 7);
  CHECK(UserId{1} < UserId{2});
}

TEST_CASE("a request id lays out user then day then visit then page without overlap") {
  const RequestId id = RequestId::make(UserId{0xABCDEF01}, 0x123, 0x456, 0x78);
  CHECK(id.value == 0xABCDEF0112345678ull);
  CHECK(RequestId::make(UserId{1}, 0, 0, 0) > RequestId::make(UserId{0}, 0xFFF, 0xFFF, 0xFF));
}

TEST_CASE("ids can key a hash table") {
  std::unordered_set<ItemId> seen{ItemId{1}, ItemId{2}, ItemId{1}};
  CHECK(seen.size() == 2);
}
