// Two rates of successes under beta priors: each posterior is Beta(alpha + successes, beta + misses), and what is asked of the
// pair is one integral (Stucchio 2015, "Bayesian A/B testing at VWO"). Exact where counts are small and a normal
// posterior (stats/posterior.hpp) is not. The trials are independent given the rate: one a user, such as retention; for clicks
// per impression they are not, and the normal posterior of the delta method's estimate is the one to read.
#pragma once

#include <cstdint>

#include "stats/interval.hpp"

namespace feedloop {

struct BetaPosterior {
  double a = 1, b = 1;  // the default is the flat prior
  // Requires: 0 <= successes <= n.
  BetaPosterior updated(std::int64_t successes, std::int64_t n) const;
};

double posterior_mean(const BetaPosterior& p);
Interval credible_interval(const BetaPosterior& p, double alpha);  // alpha / 2 in each tail. Requires: 0 < alpha < 1

// Each number to about 1e-9 of itself, however small (1e-7 where a parameter is below 0.01). Requires: a, b > 0 and finite.
struct RateComparison {
  double chance_to_win = kNaN;  // P(treatment's rate > control's)
  double loss_keep = kNaN;      // E max(treatment - control, 0): expected loss of staying with control
  double loss_ship = kNaN;      // E max(control - treatment, 0): expected loss of shipping treatment
};
RateComparison compare_rates(const BetaPosterior& control, const BetaPosterior& treatment);

}  // namespace feedloop
