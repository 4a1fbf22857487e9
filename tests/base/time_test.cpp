#include "base/time.hpp"

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("times before 0 belong to day -1") {
  CHECK(local_day(SimTime{0}, 0) == 0);
  CHECK(local_day(SimTime{-1}, 0) == -1);
  CHECK(local_day(SimTime{0} - kDay, 0) == -1);
  CHECK(local_day(SimTime{0} - kDay - Duration{1}, 0) == -2);
  CHECK(local_day(SimTime{0}, -5) == -1);  // it is Sunday evening in New York
  CHECK(local_hour(SimTime{0}, -5) == Approx(19));
}

TEST_CASE("a local day begins at its local midnight and lasts 24 hours") {
  for (const int offset : {-11, -1, 0, 5, 14})
    for (const std::int64_t day : {-3, -1, 0, 1, 400}) {
      CAPTURE(offset, day);
      const SimTime midnight = local_midnight(day, offset);
      CHECK(local_day(midnight, offset) == day);
      CHECK(local_day(midnight - Duration{1}, offset) == day - 1);
      CHECK(local_day(midnight + kDay - Duration{1}, offset) == day);
      CHECK(local_hour(midnight, offset) == 0);
      CHECK(local_hour(midnight + kDay - Duration{1}, offset) < 24);
    }
}

TEST_CASE("day 0 is a Monday and weekdays repeat every seven days in both directions") {
  CHECK(weekday(0) == 0);
  CHECK(weekday(6) == 6);
  CHECK(weekday(7) == 0);
  CHECK(weekday(-1) == 6);
  CHECK(weekday(-7) == 0);
}

TEST_CASE("floor division rounds down for every sign") {
  CHECK(floor_div(7, 2) == 3);
  CHECK(floor_div(-7, 2) == -4);
  CHECK(floor_div(-8, 2) == -4);
  CHECK(floor_div(7, -2) == -4);
}

TEST_CASE("durations convert between units") {
  CHECK((kHour * 36).days() == Approx(1.5));
  CHECK(from_seconds(90).minutes() == Approx(1.5));
  CHECK((SimTime{0} + kDay) - SimTime{0} == kHour * 24);
  CHECK(SimTime{1} < kNever);
}
