// Simulated time: whole microseconds, so that equal instants are equal on every machine.
// Time 0 is a Monday, 00:00 UTC, at the start of the warm-up.
#pragma once

#include <compare>
#include <cstdint>

namespace feedloop {

struct Duration {
  std::int64_t us = 0;
  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return {a.us + b.us}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return {a.us - b.us}; }
  friend constexpr Duration operator*(Duration a, std::int64_t k) { return {a.us * k}; }
  constexpr double seconds() const { return static_cast<double>(us) * 1e-6; }
  constexpr double minutes() const { return seconds() / 60.0; }
  constexpr double hours() const { return seconds() / 3600.0; }
  constexpr double days() const { return seconds() / 86400.0; }
};

constexpr Duration kSecond{1'000'000};
constexpr Duration kMinute = kSecond * 60;
constexpr Duration kHour = kMinute * 60;
constexpr Duration kDay = kHour * 24;

// Rounded to the nearest microsecond, halves away from zero.
constexpr Duration from_seconds(double s) { return {static_cast<std::int64_t>(s * 1e6 + (s < 0 ? -0.5 : 0.5))}; }

struct SimTime {
  std::int64_t us = 0;
  friend constexpr auto operator<=>(SimTime, SimTime) = default;
  friend constexpr SimTime operator+(SimTime t, Duration d) { return {t.us + d.us}; }
  friend constexpr SimTime operator-(SimTime t, Duration d) { return {t.us - d.us}; }
  friend constexpr Duration operator-(SimTime a, SimTime b) { return {a.us - b.us}; }
  constexpr double days() const { return Duration{us}.days(); }
};

constexpr SimTime kNever{INT64_MAX};

// Floor division, so that times before 0 (a west-bound time zone on day 0) fall into day -1 and not into day 0.
constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - ((a % b != 0) && ((a < 0) != (b < 0))); }

// A user's clock: UTC plus a whole number of hours.
constexpr std::int64_t local_day(SimTime t, int offset_h) { return floor_div(t.us + (kHour * offset_h).us, kDay.us); }
constexpr SimTime local_midnight(std::int64_t day, int offset_h) { return {day * kDay.us - (kHour * offset_h).us}; }
constexpr double local_hour(SimTime t, int offset_h) {
  return Duration{t.us - local_midnight(local_day(t, offset_h), offset_h).us}.hours();
}
constexpr int weekday(std::int64_t day) { return static_cast<int>(day - 7 * floor_div(day, 7)); }  // 0 = Monday

}  // namespace feedloop
