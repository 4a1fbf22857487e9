#include "data/log_time.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

std::int64_t ms(const char* text, TimeFormat format = TimeFormat::Auto) { return parse_log_time_ms(text, format); }
std::string refusal(const char* text, TimeFormat format = TimeFormat::Auto) {
  return error_of([&] { ms(text, format); });
}

}  // namespace

// `date -u -d TEXT +%s` gives the expected seconds.
TEST_CASE("seconds, milliseconds and ISO 8601 name the same instant") {
  constexpr std::int64_t kInstant = 1'574'553'793'442;  // 2019-11-24T00:03:13.442Z
  CHECK(ms("1574553793") == 1'574'553'793'000);
  CHECK(ms("1574553793.442") == kInstant);
  CHECK(ms("1574553793442") == kInstant);
  for (const char* text : {"2019-11-24 00:03:13.442536+00:00", "2019-11-24T00:03:13.442Z", "2019-11-24T00:03:13.442",
                           "2019-11-24T09:03:13.442+09:00", "2019-11-24T09:03:13.442+0900", "2019-11-23T19:03:13.442-05",
                           "2019-11-24T05:48:13.442+05:45"})
    CHECK(ms(text) == kInstant);
  CHECK(ms("2019-11-24 00:03") == 1'574'553'780'000);
  CHECK(ms("2000-02-29") == 951'782'400'000);
  CHECK(ms("1970-01-01T00:00:00Z") == 0);
  CHECK(ms("2016-12-31T23:59:60Z") == ms("2017-01-01"));
}

TEST_CASE("a declared format decides what a number means") {
  CHECK(ms("5000", TimeFormat::Milliseconds) == 5000);
  CHECK(ms("5000", TimeFormat::Seconds) == 5'000'000);
  CHECK_THAT(refusal("200000000000", TimeFormat::Seconds), Contains("after the year 5138"));
  CHECK_THAT(refusal("1574553793", TimeFormat::Iso), Contains("is not a time"));
  CHECK_THAT(refusal("2019-11-24", TimeFormat::Seconds), Contains("is not a number of seconds"));
}

TEST_CASE("what is no time, no date or before 1970 is refused by name") {
  for (const char* text : {"noon", "", "2019-11", "2019-11-24T", "2019-11-24T00", "2019-11-24T00:03:13.", "2019-11-24T00:03+1",
                           "2019-11-24T00:03Z+01", "24.11.2019", "2019-+1-24", "2019--1-24", "nan", "inf", "1e400"})
    CHECK_THAT(refusal(text), Contains("is not a time; allowed are"));
  for (const char* text : {"2019-02-29", "1900-02-29", "2019-13-01", "2019-00-01", "2019-04-31", "2019-11-24T24:00",
                           "2019-11-24T00:60", "2019-11-24T00:00:61"})
    CHECK_THAT(refusal(text), Contains("no date and time that there is"));
  CHECK_THAT(refusal("-3"), Contains("before 1970"));
  CHECK_THAT(refusal("1969-12-31T23:59:59Z"), Contains("before 1970"));
  CHECK_THAT(refusal("1970-01-01T00:30+01:00"), Contains("before 1970"));
  CHECK_THAT(refusal("1e15"), Contains("after the year 5138"));
}

TEST_CASE("every day of four centuries is written as it is read") {
  for (std::int64_t day = 0; day < 146097; ++day) {
    const std::int64_t at = day * 86'400'000 + 3'723'000;
    REQUIRE(parse_log_time_ms(iso_time(at), TimeFormat::Iso) == at);
  }
  CHECK(iso_time(1'574'553'793'442) == "2019-11-24T00:03:13Z");
}
