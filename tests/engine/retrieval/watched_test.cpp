#include "engine/retrieval/watched.hpp"

#include <cmath>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Plays in order of time; `value` is the share watched.
OnlineFeatures who_watched(const std::vector<std::pair<std::size_t, double>>& plays, Catalog shelf) {
  OnlineFeatures user;
  for (const auto& [item, value] : plays)
    observe_user(user, page_of(request_of(UserId{1}, SimTime{0}), {ItemId{item}}, {play(shelf[item], value)}), shelf, 100);
  return user;
}

}  // namespace

TEST_CASE("an item weighs the sum of its plays by value and recency") {
  const auto shelf = make_shelf(10);
  const OnlineFeatures user = who_watched({{9, 1.0}, {3, 0.5}, {4, 0.9}, {3, 0.8}}, shelf);
  const RecentlyWatched all(user, 50, 0.5);
  REQUIRE(all.end() - all.begin() == 3);
  CHECK(all.begin()[0].item == ItemId{3});  // the newest first
  CHECK(static_cast<double>(all.begin()[0].weight) == Approx(0.8 + 0.5 / std::sqrt(3.0)).epsilon(1e-5));
  CHECK(static_cast<double>(all.begin()[1].weight) == Approx(0.9 / std::sqrt(2.0)).epsilon(1e-5));
  CHECK(static_cast<double>(all.begin()[2].weight) == Approx(1.0 / std::sqrt(4.0)).epsilon(1e-5));
  const RecentlyWatched two(user, 2, 0.5);
  CHECK(two.end() - two.begin() == 2);
}

TEST_CASE("bad plays and no plays speak for nothing") {
  const auto shelf = make_shelf(10);
  CHECK(RecentlyWatched(OnlineFeatures{}, 50, 0.5).empty());
  const OnlineFeatures bored = who_watched({{2, 0.001}, {3, 0.001}}, shelf);
  CHECK(RecentlyWatched(bored, 50, 0.5).empty());
  CHECK_FALSE(RecentlyWatched(bored, 50, 0.5).loudest([](ItemId) { return 1.0f; }));
}

TEST_CASE("the loudest has the largest product and is the newer of equals") {
  const auto shelf = make_shelf(10);
  const OnlineFeatures user = who_watched({{1, 1.0}, {2, 1.0}, {3, 1.0}}, shelf);
  const RecentlyWatched watched(user, 50, 0.5);
  CHECK(watched.loudest([](ItemId) { return 1.0f; }) == ItemId{3});
  CHECK(watched.loudest([](ItemId i) { return i == ItemId{1} ? 2.0f : 1.0f; }) == ItemId{1});
  CHECK(watched.loudest([&](ItemId i) {
    return i == ItemId{3} ? watched.begin()[1].weight : i == ItemId{2} ? 1.0f : 0.0f;
  }) == ItemId{3});
  CHECK_FALSE(watched.loudest([](ItemId) { return -1.0f; }));
  CHECK_FALSE(watched.loudest([](ItemId) { return std::nanf(""); }));
}
