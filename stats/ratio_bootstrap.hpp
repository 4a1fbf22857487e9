// The bootstrap of a ratio of sums, of the difference of two, and of the lift: units are drawn with replacement (Efron 1979),
// each with its numerator and denominator. For small groups and heavy tails, where the delta method's normal interval is in
// doubt. stats/poisson_bootstrap.hpp resamples what does not fit in memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "stats/interval.hpp"

namespace feedloop {

struct BootstrapSample {
  double estimate = kNaN;          // of the data; NaN without units or with denominators that add up to 0
  std::vector<double> replicates;  // of the resamples, in the order drawn; NaN where one's denominators add up to 0
  double u2 = 0, u3 = 0;  // sums over units of the squared and cubed influence on the estimate (jackknife to first order)
};

// sum(num) / sum(den). The draw is a pure function of (seed, group, replicate): give each group a number of its own.
// Requires: as many of both, finite; replicates > 0.
BootstrapSample bootstrap_ratio(std::span<const double> num, std::span<const double> den, int replicates, Seed seed,
                                std::uint32_t group);
// treatment - control, and that over |control|, of two groups drawn independently. Requires: as many replicates.
BootstrapSample bootstrap_difference(const BootstrapSample& control, const BootstrapSample& treatment);
BootstrapSample bootstrap_lift(const BootstrapSample& control, const BootstrapSample& treatment);

double bootstrap_se(const BootstrapSample& s);  // sd of the replicates; NaN below two

// Intervals of level 1 - alpha from quantiles of the replicates, interpolated. The second corrects for bias and for an error
// that grows with the estimate (BCa, Efron 1987, "Better bootstrap confidence intervals", eq. 2.3; acceleration eq. 6.6). NaN
// ends below two replicates, or if all lie on one side of the estimate. Replicates that are NaN are left out. Requires: 0 <
// alpha < 1.
Interval percentile_interval(const BootstrapSample& s, double alpha);
Interval bca_interval(const BootstrapSample& s, double alpha);

}  // namespace feedloop
