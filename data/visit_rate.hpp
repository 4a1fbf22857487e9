// How often people come: visits of a window whose length is known are Poisson around rates that are lognormal over people
// (Bulmer 1974, "On fitting the Poisson lognormal distribution to species-abundance data", eq. 3), and who does not come, or
// comes too seldom for whoever made the log, is not in it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "stats/interval.hpp"

namespace feedloop {

struct VisitRate {
  double median = kNaN, sigma = kNaN;  // of visits a day; sigma of their logarithm
  Interval median_ci, sigma_ci;        // 95 %, from the curvature at the maximum
  double share_hidden = kNaN;          // of people: those whom the log does not show
  bool identified = false;             // false: too few people, or a flat likelihood
};

// `visits` of each person in the log, all positive. `shown[n]`: the chance that a person with n visits is in the log; beyond
// its end 1; shown[0] is 0. `weekly_sd`: the sd of the logarithm by which a person's rate over the window strays from their own
// (sd_of_mean_week), taken out of sigma; the factor's mean is 1. `kept`: the chance that a visit left a row in the log.
// Requires: days > 0, 0 < kept <= 1.
VisitRate fit_visit_rate(std::span<const std::int64_t> visits, double days, std::span<const double> shown, double weekly_sd,
                         double kept);

// Sd of ln of the mean over a window of a weekly factor exp(sigma Z - sigma^2 / 2), Z an AR(1) over weeks: that of the
// lognormal of the same two moments (Fenton 1960). A part of a week counts as its share.
double sd_of_mean_week(double days, double sigma, double correlation);

}  // namespace feedloop
