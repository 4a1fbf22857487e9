#include "engine/online_features.hpp"

#include <limits>

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a play's value is the share watched and 0 when skipped early and 1 when liked or completed") {
  SlotOutcome o;
  CHECK(play_value(o, 100) == 0);  // not clicked
  o.clicked = true;
  o.watched_ms = 30'000;
  CHECK(play_value(o, 100) == Approx(0.3));
  o.liked = true;
  CHECK(play_value(o, 100) == 1);
  o.liked = false;
  o.completed = true;
  CHECK(play_value(o, 100) == 1);
  o.completed = false;
  o.skipped = true;
  CHECK(play_value(o, 100) == 0);
  o.skipped = false;
  o.watched_ms = 100'001;  // rounding may exceed the duration
  CHECK(play_value(o, 100) == 1);
  o.watched_ms = 5;
  CHECK(play_value(o, 0) <= 1);  // a broken duration divides by nothing
}

TEST_CASE("counters add what a page shows and what was done with it") {
  const auto shelf = make_shelf(10);
  OnlineFeatures user;
  SlotOutcome unseen, half = play(shelf[1], 0.6), skipped = play(shelf[2], 0.001), liked = play(shelf[3], 1, true);
  observe_user(
      user,
      page_of(request_of(UserId{1}, SimTime{0}), {ItemId{0}, ItemId{1}, ItemId{2}, ItemId{3}}, {unseen, half, skipped, liked}),
      shelf, 100);
  CHECK(user.impressions == 4);
  CHECK(user.clicks == 3);
  CHECK(user.completions == 1);
  CHECK(user.likes == 1);
  CHECK(user.skips == 1);
  CHECK(user.watched_min ==
        Approx((0.6f * shelf[1].duration_s + 0.001f * shelf[2].duration_s + shelf[3].duration_s) / 60).epsilon(1e-4));
  CHECK(user.sessions == 1);
  CHECK(user.total_clicks == 3);
  CHECK(user.category_impressions[0] == 1);
  CHECK(user.category_clicks[0] == 0);
  CHECK(user.category_clicks[3] == 1);
  CHECK(user.consumed == std::vector<ItemId>{ItemId{1}, ItemId{2}, ItemId{3}});
  CHECK(user.shown.size() == 4);
  for (std::size_t d = 0; d < kContentDims; ++d)
    CHECK(user.profile[d] ==
          Approx(0.6 * static_cast<double>(shelf[1].content[d]) + static_cast<double>(shelf[3].content[d])).margin(1e-4));
}

TEST_CASE("all counters halve in fourteen days") {
  const auto shelf = make_shelf(4);
  OnlineFeatures user;
  observe_user(user, play_page(UserId{1}, SimTime{0}, shelf[2]), shelf, 10);
  const OnlineFeatures before = user;
  observe_user(user, page_of(request_of(UserId{1}, SimTime{0} + kDay * 14), {}, {}), shelf, 10);
  CHECK(user.impressions == Approx(before.impressions / 2));
  CHECK(user.clicks == Approx(before.clicks / 2));
  CHECK(user.completions == Approx(before.completions / 2));
  CHECK(user.watched_min == Approx(before.watched_min / 2));
  CHECK(user.category_clicks[2] == Approx(0.5));
  CHECK(user.category_impressions[2] == Approx(0.5));
  CHECK(user.profile[0] == Approx(before.profile[0] / 2));
  CHECK(user.total_clicks == 1);  // a count and no decayed sum
  CHECK(user.sessions == 2);
}

TEST_CASE("dismissals are counted by category though nothing was clicked and halve in seven days") {
  const auto shelf = make_shelf(8);
  OnlineFeatures user;
  SlotOutcome no;
  no.dismissed = true;
  observe_user(user, page_of(request_of(UserId{1}, SimTime{0}), {ItemId{2}, ItemId{3}, ItemId{6}}, {no, {}, no}), shelf, 10);
  CHECK(user.category_dismissals[2] == 2);
  CHECK(user.category_dismissals[3] == 0);
  CHECK(user.clicks == 0);
  observe_user(user, page_of(request_of(UserId{1}, SimTime{0} + kDay * 7), {}, {}), shelf, 10);
  CHECK(user.category_dismissals[2] == Approx(1));
}

TEST_CASE("decay in many steps is decay in one") {
  const auto shelf = make_shelf(4);
  OnlineFeatures once, often;
  for (OnlineFeatures* u : {&once, &often}) observe_user(*u, play_page(UserId{1}, SimTime{0}, shelf[1]), shelf, 10);
  observe_user(once, page_of(request_of(UserId{1}, SimTime{0} + kDay * 5), {}, {}), shelf, 10);
  for (int h = 1; h <= 120; ++h) observe_user(often, page_of(request_of(UserId{1}, SimTime{0} + kHour * h), {}, {}), shelf, 10);
  CHECK(often.clicks == Approx(once.clicks).epsilon(1e-4));
}

TEST_CASE("history is a ring of the last fifty clicks with the newest first") {
  const auto shelf = make_shelf(120);
  OnlineFeatures user;
  CHECK(user.history_size() == 0);
  for (std::size_t i = 0; i < 120; ++i) {
    observe_user(user, play_page(UserId{1}, SimTime{0} + kMinute * static_cast<std::int64_t>(i), shelf[i]), shelf, 1000);
    REQUIRE(user.history_size() == std::min<int>(static_cast<int>(i) + 1, kHistory));
    for (int k = 0; k < user.history_size(); ++k) {
      REQUIRE(user.recent(k).item == ItemId{i - static_cast<std::size_t>(k)});
      REQUIRE(user.recent(k).time == SimTime{0} + kMinute * static_cast<std::int64_t>(i - static_cast<std::size_t>(k)));
    }
  }
}

TEST_CASE("consumed items are bounded and the oldest is forgotten first") {
  const auto shelf = make_shelf(20);
  OnlineFeatures user;
  for (std::size_t i = 0; i < 20; ++i)
    observe_user(user, play_page(UserId{1}, SimTime{static_cast<std::int64_t>(i)}, shelf[i]), shelf, 3);
  CHECK(user.consumed == std::vector<ItemId>{ItemId{17}, ItemId{18}, ItemId{19}});
}

TEST_CASE("a seen filter of capacity zero remembers nothing") {
  const auto shelf = make_shelf(4);
  OnlineFeatures user;
  for (std::size_t i = 0; i < 4; ++i) {
    observe_user(user, play_page(UserId{1}, SimTime{static_cast<std::int64_t>(i)}, shelf[i]), shelf, 0);
    CHECK(user.consumed.empty());
  }
}

TEST_CASE("what was shown is kept within a visit and forgotten by the next") {
  const auto shelf = make_shelf(10);
  OnlineFeatures user;
  Rng rng = stream({1}, Stream::Test, {});
  observe_user(user, random_page(UserId{1}, SimTime{0}, shelf, 4, rng, 0), shelf, 10);
  observe_user(user, random_page(UserId{1}, SimTime{1}, shelf, 4, rng, 1), shelf, 10);
  CHECK(user.shown.size() == 8);
  CHECK(user.sessions == 1);
  observe_user(user, random_page(UserId{1}, SimTime{2}, shelf, 4, rng, 0), shelf, 10);
  CHECK(user.shown.size() == 4);
  CHECK(user.sessions == 2);
}

TEST_CASE("saved features load to the same bytes") {
  const auto shelf = make_shelf(60);
  OnlineFeatures user;
  for (const Interaction& page : random_day(0, 1, shelf, 30)) observe_user(user, page, shelf, 15);
  const std::string bytes = save_state(user);
  OnlineFeatures copy;
  load_state(copy, bytes);
  CHECK(save_state(copy) == bytes);
  CHECK(copy.consumed == user.consumed);
  CHECK(copy.recent(0).item == user.recent(0).item);
}

TEST_CASE("content that is not a number does not enter the profile") {
  auto shelf = make_shelf(2);
  shelf[0].content[1] = std::numeric_limits<float>::quiet_NaN();
  shelf[0].content[2] = std::numeric_limits<float>::infinity();
  OnlineFeatures user;
  for (std::uint64_t i = 0; i < 2; ++i)
    observe_user(user, play_page(UserId{0}, SimTime{0} + kMinute * static_cast<std::int64_t>(i), shelf[i]), shelf, 100);
  for (const float x : user.profile) CHECK(std::isfinite(x));
  CHECK(user.profile[1] == shelf[1].content[1]);
}

TEST_CASE("a play that no slot brought is remembered but is no click") {
  const auto shelf = make_shelf(10);
  OnlineFeatures user;
  Interaction page = page_of(request_of(UserId{1}, SimTime{0}), {ItemId{1}}, {SlotOutcome{}});
  page.outcome.direct.push_back({ItemId{7}, play(shelf[7], 1.0)});
  observe_user(user, page, shelf, 10);
  CHECK(user.consumed == std::vector<ItemId>{ItemId{7}});
  CHECK(user.total_clicks == 1);
  CHECK(user.recent(0).item == ItemId{7});
  CHECK(user.clicks == 0);
  CHECK(user.impressions == 1);
  for (std::size_t d = 0; d < kContentDims; ++d) CHECK(user.profile[d] == shelf[7].content[d]);
}
