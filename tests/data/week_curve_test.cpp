#include "data/week_curve.hpp"

#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kMonday = 1'704'067'200'000;  // 2024-01-01T00:00:00Z

// Mean 1: evenings busy, weekends busier, Friday nights on top of both.
double planted(std::size_t hour) {
  const double day = hour >= 120 ? 1.3 : 1, of_day = hour % 24 >= 18 ? 2 : hour % 24 < 6 ? 0.3 : 0.9;
  return day * of_day * (hour / 24 == 4 && hour % 24 >= 20 ? 2 : 1);
}

std::vector<std::int64_t> arrivals(std::int64_t hours, double per_hour) {
  std::vector<std::int64_t> times;
  for (std::int64_t h = 0; h < hours; ++h) {
    Rng rng = stream(Seed{77}, Stream::Test, entity_key(static_cast<std::uint64_t>(h)));
    const auto n = poisson(rng, per_hour * planted(static_cast<std::size_t>(h % 168)));
    for (std::uint32_t k = 0; k < n; ++k)
      times.push_back(kMonday + h * kHourMs + static_cast<std::int64_t>(rng.uniform() * kHourMs));
  }
  return times;
}

}  // namespace

// 168 hours of some 800 to 3,000 arrivals each, hence errors of 2 to 4 %; an hour is off by 20 % without cause with
// probability below 1e-6.
TEST_CASE("a planted week is recovered hour by hour, what breaks its day's rhythm too") {
  const WeekCurve w = fit_week(arrivals(168 * 52, 20), kMonday, kMonday + 168 * 52 * kHourMs);
  REQUIRE(w.identified);
  CHECK(w.days);
  double mean = 0, sum = 0;
  for (std::size_t h = 0; h < kHoursOfWeek; ++h) mean += planted(h) / kHoursOfWeek;
  for (std::size_t h = 0; h < kHoursOfWeek; ++h) {
    INFO("hour " << h);
    CHECK(w.intensity[h] == Approx(planted(h) / mean).epsilon(0.2));
    sum += w.intensity[h] / kHoursOfWeek;
  }
  CHECK(sum == Approx(1));
  CHECK(w.weekend_ratio > 1.1);
  CHECK(w.flat_p < 1e-9);
}

TEST_CASE("the week begins on Monday, 0 h, on the clock it is given") {
  std::vector<std::int64_t> times(100, kMonday + 30 * 60'000);
  const WeekCurve w = fit_week(times, kMonday, kMonday + 168 * kHourMs);
  REQUIRE(w.identified);
  CHECK(std::max_element(w.intensity.begin(), w.intensity.end()) == w.intensity.begin());
  for (std::int64_t& t : times) t -= kHourMs;  // Sunday night
  const WeekCurve s = fit_week(times, kMonday - kHourMs, kMonday + 167 * kHourMs);
  CHECK(std::max_element(s.intensity.begin(), s.intensity.end()) - s.intensity.begin() == 167);
}

TEST_CASE("a log of a few days knows hours and takes days to be alike; one of a few hours knows nothing") {
  const WeekCurve few = fit_week(arrivals(80, 20), kMonday, kMonday + 80 * kHourMs);
  REQUIRE(few.identified);
  CHECK_FALSE(few.days);
  for (std::size_t h = 0; h < 24; ++h) CHECK(few.intensity[h] == Approx(few.intensity[h + 96]));
  CHECK_FALSE(fit_week(arrivals(20, 20), kMonday, kMonday + 20 * kHourMs).identified);
  CHECK_FALSE(fit_week(arrivals(168, 0.1), kMonday, kMonday + 168 * kHourMs).identified);
  CHECK_FALSE(fit_week({}, kMonday, kMonday + 168 * kHourMs).identified);
}

// Under the hypothesis p is uniform: below 1e-4 with probability 1e-4.
TEST_CASE("a flat day is not told from a flat day") {
  std::vector<std::int64_t> times;
  Rng rng = stream(Seed{78}, Stream::Test, entity_key(1));
  for (int k = 0; k < 5000; ++k) times.push_back(kMonday + static_cast<std::int64_t>(rng.uniform() * 336 * kHourMs));
  CHECK(fit_week(times, kMonday, kMonday + 336 * kHourMs).flat_p > 1e-4);
}
