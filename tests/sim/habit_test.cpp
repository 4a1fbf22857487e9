#include "sim/habit.hpp"

#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/tiny_world.hpp"

using namespace feedloop;

namespace {

std::vector<ItemTruth> shelf() {
  std::vector<ItemTruth> items(4);
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i].category = static_cast<int>(i / 2);
    items[i].clickbait = i == 3 ? 2.0f : 0.0f;
    items[i].uploaded = day(-7);
  }
  return items;
}

Slate page_of_items(std::initializer_list<std::size_t> items, std::uint8_t layout = 0) {
  Slate slate;
  for (const std::size_t i : items) {
    slate.slots.emplace_back();
    slate.slots.back().item = ItemId{i};
  }
  slate.layout = layout;
  return slate;
}

}  // namespace

TEST_CASE("a page is described by its categories, clickbait, freshness and layout") {
  const Descriptor d = describe_page(page_of_items({0, 1, 2, 3}, 2), shelf(), day(0));
  CHECK(d[0] == 0.5f);
  CHECK(d[1] == 0.5f);
  CHECK(d[kMaxCategories] == Approx(0.5 * 2.0 / 4));
  CHECK(d[kMaxCategories + 1] == Approx(std::exp(-1.0)).epsilon(1e-6));
  for (int l = 0; l < kLayouts; ++l) CHECK(d[static_cast<std::size_t>(kMaxCategories + 2 + l)] == (l == 2 ? 1 : 0));
  CHECK(describe_page({}, shelf(), day(0)) == Descriptor{});
}

TEST_CASE("nothing is new on a first visit, nor what one is used to") {
  const Descriptor page = describe_page(page_of_items({0, 2}), shelf(), day(0));
  Habit habit;
  CHECK(novelty(habit, 0, page, {}) == 0);
  get_used_to(habit, 0, page, {});
  CHECK(novelty(habit, 1, page, {}) == 0);
}

TEST_CASE("a new layout is as new as can be and wears off with a half-life of 8.3 visits") {
  const Descriptor old = describe_page(page_of_items({0, 2}, 0), shelf(), day(0));
  const Descriptor changed = describe_page(page_of_items({0, 2}, 1), shelf(), day(0));
  Habit habit;
  std::int64_t visits = 0;
  for (; visits < 60; ++visits) get_used_to(habit, visits, old, {});
  CHECK(novelty(habit, visits, changed, {}) == 1);  // sqrt 2, cut
  const auto distance = [&] {
    DynamicsParams wide;
    wide.habit_scale = 10;
    return 10 * novelty(habit, visits, changed, wide);
  };
  const double at_first = distance();
  CHECK(at_first == Approx(std::sqrt(2.0)).epsilon(1e-5));
  // (1 - 0.08)^n = 1/2 at n = 8.313
  for (int n = 1; n <= 25; ++n) {
    get_used_to(habit, visits++, changed, {});
    CHECK(distance() == Approx(at_first * std::pow(0.92, n)).epsilon(1e-4));
  }
}

TEST_CASE("a habit begins as the mean of what was seen") {
  Habit habit;
  for (std::int64_t v = 0; v < 4; ++v)
    get_used_to(habit, v, describe_page(page_of_items({static_cast<std::size_t>(v)}), shelf(), day(0)), {});
  CHECK(habit.mean[0] == Approx(0.5));
  CHECK(habit.mean[1] == Approx(0.5));
}
