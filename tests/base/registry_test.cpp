#include "base/registry.hpp"

#include <array>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Entry {
  std::string_view name;
  int value;
};
constexpr std::array kTable{Entry{"one", 1}, Entry{"two", 2}};

}  // namespace

TEST_CASE("a table gives its names in order and finds entries by name") {
  CHECK(names_of(kTable) == std::vector<std::string>{"one", "two"});
  REQUIRE(find_entry(kTable, "two"));
  CHECK(find_entry(kTable, "two")->value == 2);
  CHECK(find_entry(kTable, "three") == nullptr);
}
