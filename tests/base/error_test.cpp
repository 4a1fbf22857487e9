#include "base/error.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a place is written as editors read it") {
  CHECK(Place{"a.toml", 12, 5}.text() == "a.toml:12:5");
  CHECK(Place{"a.toml", 12}.text() == "a.toml:12");
  CHECK(Place{"--set"}.text() == "--set");
  CHECK(Place{"a.toml", 0, 5}.text() == "a.toml");  // a column means nothing without its line
  CHECK(Place{}.text().empty());
}

TEST_CASE("an error begins with its place when there is one") {
  CHECK(Error("x is wrong", {"a.toml", 3, 1}).what() == std::string_view("a.toml:3:1: x is wrong"));
  CHECK(Error("x is wrong").what() == std::string_view("x is wrong"));
}

TEST_CASE("an error is one line whatever it quotes") {
  CHECK(Error("\"a\nb\" is wrong", {"x.csv", 2, 1}).what() == std::string_view("x.csv:2:1: \"a\\nb\" is wrong"));
  CHECK(Error("\x1b[2J is wrong, \xC3\xA9t\xC3\xA9 is not").what() ==
        std::string_view("\\x1b[2J is wrong, \xC3\xA9t\xC3\xA9 is not"));
}
