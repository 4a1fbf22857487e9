// When a user comes: thinning of a dominating Poisson process whose candidate times are the same in every world, so a
// higher intensity only adds visits (docs/WORLD.md; Lewis & Shedler 1979).
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "sim/params.hpp"
#include "sim/user_state.hpp"

namespace feedloop {

// Relative intensity over the local day, by hour; mean 0.93.
extern const std::array<double, 24> kHourCurve;

// VisitParams::week read: intensity by hour of the week of UTC, in place of the hour curve and the weights of days. Its mean is
// 1, so that a user's activity is what they visit a day.
struct MeasuredWeek {
  std::array<double, 168> intensity{};
  double highest = 0;  // 0: none was measured
};
// Throws Error: neither 24 nor 168 numbers, one that is negative or not finite, all of them 0.
MeasuredWeek read_week(const std::string& text);

struct VisitCandidate {
  SimTime time;
  std::uint32_t index = 0;  // k: keys the visit's draws
  double acceptance = 0;    // uniform; the visit happens when it is below intensity / bound
};

// Multiplier of a user's activity in a local week: exp(sigma Z - sigma^2 / 2), Z an AR(1) over weeks.
double weekly_activity(Seed seed, UserId user, std::int64_t local_day, const VisitParams& p);

// All candidates of one local day, in order of time. `bound` is the dominating intensity in visits/day.
std::vector<VisitCandidate> visit_candidates(Seed seed, const UserTraits& user, std::int64_t local_day, double bound);

// Dominating intensity of a local day: at or above visit_intensity at every instant and satisfaction of the day, but never
// above kMaxVisitsPerDay: extreme parameters are cut there, since the key table counts candidates of a day in 12 bits.
constexpr double kMaxVisitsPerDay = 2000;
double visit_bound(const UserTraits& user, std::int64_t local_day, double weekly, const VisitParams& p,
                   const MeasuredWeek& week = {});
double visit_intensity(const UserTraits& user, SimTime t, double weekly, double satisfaction, const VisitParams& p,
                       const MeasuredWeek& week = {});

}  // namespace feedloop
