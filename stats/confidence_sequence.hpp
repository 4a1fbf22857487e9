// Asymptotic confidence sequences: intervals for a mean or a difference that hold at all looks at once, whatever made one look
// (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2024, "Time-uniform central limit theory and asymptotic confidence
// sequences"). They ask for what a z test asks for, an estimate with a consistent variance, and are as approximate: look first
// when there are units enough for a z test.
//
// The effect, in standard deviations sigma of one unit's share of the estimate (sigma^2 = n variance), is mixed over N(0,
// rho^2). That is the mixture of stats/sequential.hpp with tau = rho sigma, so rho can be fixed before anything of the metric
// is known: by the number of units at which the interval shall be narrowest. It holds at any other number, a little wider.
#pragma once

#include <cstdint>

#include "stats/interval.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

// rho for the interval that is narrowest when planned_n units have arrived: exactly, by Lambert's W, two-sided (their appendix
// on tuning); and by the closed form rho^2 = (-2 log alpha + log(1 - 2 log alpha)) / planned_n that platforms use, 2 to 5 %
// below in rho^2 at usual levels, which costs the width less than 0.1 %. One-sided sequences take 2 alpha in place of alpha.
// Requires: planned_n > 0, 0 < alpha < 1, and alpha < 1/2 for one side.
double exact_rho(double planned_n, double alpha, Alternative alternative = Alternative::TwoSided);
double approximate_rho(double planned_n, double alpha, Alternative alternative = Alternative::TwoSided);

// The distance from the mean of n units of standard deviation 1 to its bound: two-sided (their theorem 2.2)
// sqrt((n rho^2 + 1) / (n rho)^2 log((n rho^2 + 1) / alpha^2)), else (their eq. 26) with 2 log(1 + sqrt(n rho^2 + 1) / (2
// alpha)). Requires: n > 0, rho > 0, 0 < alpha < 1.
double mixture_margin(double n, double rho, double alpha, Alternative alternative = Alternative::TwoSided);
// The same without a planned n, in the shape of the law of the iterated logarithm, two-sided: 1.7 sqrt((log log(2 n) + 0.72
// log(10.4 / alpha)) / n) (Howard, Ramdas, McAuliffe & Sekhon 2021, eq. 2). Wider where rho is well chosen. Requires: n >= 1.
double iterated_logarithm_margin(double n, double alpha);

// What one look says of an effect.
struct SequenceLook {
  TestStatus status = TestStatus::NotEnoughData;
  Interval ci;      // half-open for one-sided alternatives
  double p = kNaN;  // the smallest alpha at which ci with this rho excludes 0; so is its minimum over all looks so far
};
// `variance` is that of the estimate; n counts all units behind it, of both groups of a difference. The looks of a test share
// rho. NotEnoughData: n < 2, or something is not finite. ZeroVariance: variance is not positive. Then p and ci are NaN.
// Requires: rho > 0, 0 < alpha < 1.
SequenceLook sequence_look(double estimate, double variance, std::int64_t n, double rho, double alpha,
                           Alternative alternative = Alternative::TwoSided);
SequenceLook sequence_look(const Comparison& difference, double rho, Alternative alternative = Alternative::TwoSided);

}  // namespace feedloop
