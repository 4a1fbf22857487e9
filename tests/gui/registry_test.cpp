#include "gui/registry.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("The lint finds overlaps and cut text and elements outside") {
  ui::Registry r;
  r.add({.path = "a", .rect = {0, 0, 50, 20}});
  r.add({.path = "a/inside", .rect = {5, 5, 45, 15}});
  CHECK(ui::layout_faults(r, {0, 0, 100, 100}).empty());
  r.add({.path = "b", .rect = {40, 0, 60, 20}});
  CHECK(ui::layout_faults(r, {0, 0, 100, 100}).size() == 2);
  r.clear();
  r.add({.path = "c", .rect = {90, 0, 110, 20}});
  r.add({.path = "d", .rect = {0, 0, 20, 20}, .text_fits = false});
  CHECK(ui::layout_faults(r, {0, 0, 100, 100}).size() == 2);
}
