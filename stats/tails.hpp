// Tail areas and their inverses (Boost.Math inside). Every upper tail is computed as such, never as 1 - cdf, so that 8e-23
// does not print as 0. `sf` is the upper tail P(X > x); `isf` inverts it.
// NaN in, or a parameter outside its range, gives NaN.
#pragma once

#include <cstdint>

namespace feedloop {

double normal_sf(double z);
double normal_two_sided_p(double z);  // P(|Z| > |z|)
double normal_isf(double p);          // z with P(Z > z) = p; 0 and 1 give +-infinity

double t_sf(double t, double df);  // df > 0, whole or not; infinite df is the normal
double t_two_sided_p(double t, double df);
double t_isf(double p, double df);
// Upper tail of Student's t whose numerator has mean ncp: what the t statistic follows where the effect is ncp standard errors.
// Beyond |ncp| = 10^4 by the normal approximation of Abramowitz & Stegun 26.7.10.
double noncentral_t_sf(double t, double df, double ncp);

double chi2_sf(double x, double df);  // 1 for x <= 0
double chi2_isf(double p, double df);

double f_sf(double x, double df1, double df2);  // 1 for x <= 0; df2 may be infinite

double beta_cdf(double x, double a, double b);  // P(X <= x): the regularised incomplete beta function I_x(a, b)
double beta_sf(double x, double a, double b);
double beta_quantile(double p, double a, double b);  // x with P(X <= x) = p
double beta_isf(double p, double a, double b);

double binomial_mass(std::int64_t k, std::int64_t n, double p);  // P(X = k) of n trials; 0 outside 0..n
double binomial_sf(std::int64_t k, std::int64_t n, double p);    // P(X > k) of n trials
double binomial_cdf(std::int64_t k, std::int64_t n, double p);   // P(X <= k)

}  // namespace feedloop
