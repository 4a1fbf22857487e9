#include "base/state.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Point {
  int x = 0, y = 0;
};

struct Inner {
  std::string name;
  std::vector<double> values;
  void visit_state(State& s) { s(name), s(values); }
};

struct Everything {
  int count = 0;
  Point point;
  std::vector<Inner> inners;
  std::vector<std::string> names;
  std::vector<std::vector<int>> rows;
  void visit_state(State& s) { s(count), s(point), s(inners), s(names), s(rows); }
};

Everything sample() {
  return {7, {1, 2}, {{"a", {0.5, -1}}, {"", {}}}, {"x", "", "long enough to leave the small buffer"}, {{}, {1, 2, 3}}};
}

}  // namespace

TEST_CASE("what was saved is loaded again") {
  Everything before = sample(), after;
  after.names = {"left over"};
  load_state(after, save_state(before));
  CHECK(after.count == 7);
  CHECK(after.point.y == 2);
  REQUIRE(after.inners.size() == 2);
  CHECK(after.inners[0].name == "a");
  CHECK(after.inners[0].values == std::vector<double>{0.5, -1});
  CHECK(after.inners[1].values.empty());
  CHECK(after.names == before.names);
  CHECK(after.rows == before.rows);
  CHECK(save_state(after) == save_state(before));
}

TEST_CASE("a state saved in pieces is the same bytes, and no piece is larger than was asked for") {
  Everything before = sample();
  const std::string whole = save_state(before);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, whole.size(), whole.size() + 1}) {
    CAPTURE(piece);
    std::vector<std::string> pieces;
    State s([&](std::string_view bytes) { pieces.emplace_back(bytes); }, piece);
    s(before);
    s.flush();
    std::string joined;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      CHECK(pieces[i].size() == std::min(piece, whole.size() - joined.size()));
      joined += pieces[i];
    }
    CHECK(joined == whole);
  }
  int told = 0;
  State nothing([&](std::string_view bytes) { told += bytes.empty() ? 1 : 100; }, 8);
  nothing.flush();
  CHECK(told == 1);
}

TEST_CASE("bytes cut short at any length are refused and never read past their end") {
  Everything before = sample();
  const std::string bytes = save_state(before);
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    // A copy of exactly n bytes, so that a sanitizer sees a read beyond it.
    const std::string cut = bytes.substr(0, n);
    Everything after;
    CAPTURE(n);
    CHECK_THROWS_AS(load_state(after, cut), Error);
  }
}

TEST_CASE("a length that the bytes cannot hold is refused before memory is asked for") {
  std::string bytes(8, '\xff');
  std::vector<Point> points;
  std::string text;
  CHECK_THROWS_AS(load_state(points, bytes), Error);
  CHECK_THROWS_AS(load_state(text, bytes), Error);
}

TEST_CASE("bytes left over are refused") {
  Everything before = sample(), after;
  CHECK_THROWS_AS(load_state(after, save_state(before) + "x"), Error);
}

TEST_CASE("the visitor knows whether it loads") {
  State saving;
  CHECK_FALSE(saving.loading());
  CHECK(State("").loading());
}
