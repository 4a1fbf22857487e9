#include "engine/cohort.hpp"

#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a user warms up click by click and cools when away for long") {
  const auto shelf = make_shelf(200);
  ColdParams p;
  p.warm_after = 5;
  OnlineFeatures user;
  SimTime now{0};
  const auto click = [&] {
    now = now + kHour;
    observe_user(user, play_page(UserId{0}, now, shelf[static_cast<std::size_t>(user.total_clicks)]), shelf, 100,
                 p.dormant_days);
  };
  CHECK(cohort_of(user, now, p) == Cohort::Cold);
  for (int i = 0; i < 4; ++i) {
    click();
    CHECK(cohort_of(user, now, p) == Cohort::Cool);
  }
  click();
  CHECK(cohort_of(user, now, p) == Cohort::Warm);
  CHECK(cohort_of(user, now + kDay * 29, p) == Cohort::Warm);
  CHECK(cohort_of(user, now + kDay * 30, p) == Cohort::Cold);
  // The first page after the return is the cold path's; the clicks before it no longer count.
  now = now + kDay * 31;
  Interaction page = page_of(request_of(UserId{0}, now), {ItemId{100}}, {SlotOutcome{}});
  observe_user(user, page, shelf, 100, p.dormant_days);
  CHECK(cohort_of(user, now + kMinute, p) == Cohort::Cold);
  click();
  CHECK(cohort_of(user, now, p) == Cohort::Cool);
}
