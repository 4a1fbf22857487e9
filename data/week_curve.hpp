// When people come: the intensity of arrivals by hour of the week.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "stats/interval.hpp"

namespace feedloop {

constexpr std::size_t kHoursOfWeek = 168;

struct WeekCurve {
  std::array<double, kHoursOfWeek> intensity{};  // by hour from Monday, 0 h; mean 1
  double arrivals = 0;
  double shape = kNaN;          // of the Gamma law by which an hour of the week strays from its hour and its day; shrinks
  double flat_p = kNaN;         // of the hypothesis that all hours of the day are alike; NaN: too few to say
  double evening_share = kNaN;  // of arrivals between 18 h and 24 h
  double weekend_ratio = kNaN;  // intensity of a day of the weekend over that of a weekday
  bool identified = false;      // every hour of the day passed, and there are arrivals enough
  bool days = false;            // so did every day of the week, whole; else days are taken to be alike
};

// Arrivals at `times_ms` of a clock's milliseconds since 1970-01-01 (a Thursday), while it stood between `first_ms` and
// `last_ms`. Rates by hour of the day and by day, per hour that passed, and their product (Poisson regression on two margins);
// an hour of the week keeps its own rate as far as its count lets it: (a + n) / (a + expected), with a by maximum likelihood of
// the negative binomial law. Identified from 50 arrivals and a whole day on.
WeekCurve fit_week(std::span<const std::int64_t> times_ms, std::int64_t first_ms, std::int64_t last_ms);

}  // namespace feedloop
