#include "sim/visits.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/distributions.hpp"
#include "sim/number_list.hpp"

namespace feedloop {

const std::array<double, 24> kHourCurve{0.75, 0.45, 0.28, 0.20, 0.18, 0.22, 0.40, 0.65, 0.80, 0.85, 0.85, 0.90,
                                        1.00, 0.95, 0.90, 0.95, 1.05, 1.20, 1.40, 1.60, 1.85, 2.00, 1.75, 1.15};
namespace {
constexpr double kHourMax = 2.0;

double day_weight(std::int64_t local_day, const VisitParams& p) { return weekday(local_day) >= 5 ? p.weekend : p.weekday; }

double newcomer(const UserTraits& user, SimTime t, const VisitParams& p) {
  if (!user.newcomer) return 1.0;
  return 1.0 + p.newcomer_boost * std::exp(-std::max(0.0, (t - user.joined).days()) / p.newcomer_days);
}
}  // namespace

MeasuredWeek read_week(const std::string& text) {
  MeasuredWeek week;
  const std::vector<double> hours = read_numbers(text, true, "an intensity");
  if (hours.empty()) return week;
  if (hours.size() != 24 && hours.size() != 168)
    throw Error(
        fmt::format("has {} numbers; allowed are 24, an hour of every day each, or 168, an hour of the week", hours.size()));
  const double mean = std::accumulate(hours.begin(), hours.end(), 0.0) / static_cast<double>(hours.size());
  if (!(mean > 0)) throw Error("is 0 in every hour; allowed are intensities of which one at least is positive");
  for (std::size_t h = 0; h < week.intensity.size(); ++h) week.intensity[h] = hours[h % hours.size()] / mean;
  week.highest = *std::max_element(week.intensity.begin(), week.intensity.end());
  return week;
}

double weekly_activity(Seed seed, UserId user, std::int64_t local_day, const VisitParams& p) {
  const std::int64_t week = floor_div(local_day, 7) + 1;  // local day -1 is in week 0
  double z = 0;
  for (std::int64_t w = 0; w <= week; ++w) {
    Rng rng = stream(seed, Stream::WeeklyActivity, entity_key(user.value, static_cast<std::uint64_t>(w)));
    const double innovation = normal(rng);
    z = w == 0 ? innovation
               : p.weekly_correlation * z + std::sqrt(1 - p.weekly_correlation * p.weekly_correlation) * innovation;
  }
  return std::exp(p.weekly_sigma * z - 0.5 * p.weekly_sigma * p.weekly_sigma);
}

double visit_bound(const UserTraits& user, std::int64_t local_day, double weekly, const VisitParams& p,
                   const MeasuredWeek& week) {
  const SimTime dawn = local_midnight(local_day, user.utc_offset_h);
  const double by_clock = week.highest > 0 ? user.activity * week.highest : user.activity * kHourMax * day_weight(local_day, p);
  return std::min(kMaxVisitsPerDay, by_clock * std::exp(p.satisfaction_gain) * weekly * newcomer(user, dawn, p));
}

double visit_intensity(const UserTraits& user, SimTime t, double weekly, double satisfaction, const VisitParams& p,
                       const MeasuredWeek& week) {
  const std::int64_t day = local_day(t, user.utc_offset_h);
  const auto hour = static_cast<std::size_t>(local_hour(t, user.utc_offset_h));
  const std::int64_t week_us = kDay.us * 7;
  const auto hour_of_week = static_cast<std::size_t>((t.us - week_us * floor_div(t.us, week_us)) / kHour.us);
  const double by_clock = week.highest > 0 ? user.activity * week.intensity[hour_of_week]
                                           : user.activity * kHourCurve[std::min<std::size_t>(hour, 23)] * day_weight(day, p);
  return by_clock * std::exp(p.satisfaction_gain * satisfaction) * weekly * newcomer(user, t, p);
}

std::vector<VisitCandidate> visit_candidates(Seed seed, const UserTraits& user, std::int64_t day, double bound) {
  const auto key_day = static_cast<std::uint32_t>(day + 1);
  Rng count = stream(seed, Stream::Visit, request_key(RequestId::make(user.id, key_day, 0, 0), 1));
  const std::uint32_t n = poisson(count, bound);
  FEEDLOOP_CHECK(n < 4095, "more candidate visits in a day than the key table holds");
  std::vector<VisitCandidate> candidates(n);
  for (std::uint32_t k = 0; k < n; ++k) {
    Rng rng = stream(seed, Stream::Visit, request_key(RequestId::make(user.id, key_day, k, 0), 0));
    candidates[k] = {local_midnight(day, user.utc_offset_h) + from_seconds(rng.uniform() * 86400.0), k, rng.uniform()};
  }
  std::sort(candidates.begin(), candidates.end(), [](const VisitCandidate& a, const VisitCandidate& b) {
    return a.time != b.time ? a.time < b.time : a.index < b.index;
  });
  return candidates;
}

}  // namespace feedloop
