#include "data/week_curve.hpp"

#include <cmath>

#include "base/time.hpp"
#include "data/gamma_poisson.hpp"
#include "data/golden_section.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

constexpr std::int64_t kHourMs = 3'600'000, kThursday = 3;
constexpr double kLeastArrivals = 50;

std::size_t hour_of_week(std::int64_t ms) {
  const std::int64_t hours = floor_div(ms, kHourMs) + 24 * kThursday;
  return static_cast<std::size_t>(hours - 168 * floor_div(hours, 168));
}

}  // namespace

WeekCurve fit_week(std::span<const std::int64_t> times_ms, std::int64_t first_ms, std::int64_t last_ms) {
  WeekCurve out;
  out.intensity.fill(1);
  std::array<double, kHoursOfWeek> count{}, passed{};
  for (const std::int64_t t : times_ms) count[hour_of_week(t)] += 1;
  out.arrivals = static_cast<double>(times_ms.size());

  const double weeks = static_cast<double>((last_ms - first_ms) / (168 * kHourMs));
  passed.fill(weeks);
  for (std::int64_t t = first_ms + static_cast<std::int64_t>(weeks) * 168 * kHourMs; t < last_ms;) {
    const std::int64_t end = std::min((floor_div(t, kHourMs) + 1) * kHourMs, last_ms);
    passed[hour_of_week(t)] += static_cast<double>(end - t) / static_cast<double>(kHourMs);
    t = end;
  }
  std::array<double, 24> hour_passed{};
  std::array<double, 7> day_passed{};
  for (std::size_t h = 0; h < kHoursOfWeek; ++h) {
    hour_passed[h % 24] += passed[h];
    day_passed[h / 24] += passed[h];
  }
  out.days = true;
  for (const double d : day_passed) out.days &= d > 23.5;
  bool hours = true;
  for (const double h : hour_passed) hours &= h > 0.95;
  out.identified = hours && out.arrivals >= kLeastArrivals;
  if (!out.identified) return out;

  // Two margins by turns; each step is the maximum in one of them (iterative proportional fitting).
  std::array<double, 24> by_hour{};
  std::array<double, 7> by_day{};
  by_day.fill(1);
  for (int round = 0; round < 50; ++round) {
    for (std::size_t k = 0; k < 24; ++k) {
      double n = 0.5, e = 0;  // half an arrival: an hour in which nobody came is rare, not impossible
      for (std::size_t d = 0; d < 7; ++d) {
        n += count[24 * d + k];
        e += passed[24 * d + k] * by_day[d];
      }
      by_hour[k] = n / e;
    }
    for (std::size_t d = 0; out.days && d < 7; ++d) {
      double n = 0, e = 0;
      for (std::size_t k = 0; k < 24; ++k) {
        n += count[24 * d + k];
        e += passed[24 * d + k] * by_hour[k];
      }
      by_day[d] = e > 0 ? n / e : 1;
    }
  }
  double flat = 0, chi2 = 0, evening = 0;
  for (std::size_t k = 0; k < 24; ++k) {
    double n = 0;
    for (std::size_t d = 0; d < 7; ++d) n += count[24 * d + k];
    flat = out.arrivals * hour_passed[k] / (static_cast<double>(last_ms - first_ms) / static_cast<double>(kHourMs));
    chi2 += (n - flat) * (n - flat) / flat;
    if (k >= 18) evening += n;
  }
  out.flat_p = chi2_sf(chi2, 23);
  out.evening_share = evening / out.arrivals;

  std::array<double, kHoursOfWeek> expected{};
  for (std::size_t h = 0; h < kHoursOfWeek; ++h) expected[h] = passed[h] * by_hour[h % 24] * by_day[h / 24];
  const auto log_likelihood = [&](double log_a) { return gamma_poisson_log_likelihood(count, expected, std::exp(log_a)); };
  out.shape = std::exp(golden_maximum(std::log(0.1), std::log(1e5), 1e-4, log_likelihood));
  double mean = 0;
  for (std::size_t h = 0; h < kHoursOfWeek; ++h) {
    const double own = out.days && expected[h] > 0 ? (out.shape + count[h]) / (out.shape + expected[h]) : 1;
    out.intensity[h] = by_hour[h % 24] * by_day[h / 24] * own;
    mean += out.intensity[h] / kHoursOfWeek;
  }
  double weekend = 0, weekday_sum = 0;
  for (std::size_t h = 0; h < kHoursOfWeek; ++h) {
    out.intensity[h] /= mean;
    (h >= 120 ? weekend : weekday_sum) += out.intensity[h];
  }
  out.weekend_ratio = (weekend / 48) / (weekday_sum / 120);
  return out;
}

}  // namespace feedloop
