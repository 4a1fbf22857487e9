#include "stats/tails.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>

#include "stats/interval.hpp"

namespace feedloop {
namespace {

namespace bm = boost::math;
// The contract speaks of NaN and infinity, not of exceptions.
using Quiet = bm::policies::policy<
    bm::policies::domain_error<bm::policies::ignore_error>, bm::policies::pole_error<bm::policies::ignore_error>,
    bm::policies::overflow_error<bm::policies::ignore_error>, bm::policies::evaluation_error<bm::policies::ignore_error>>;
using Students = bm::students_t_distribution<double, Quiet>;
using ChiSquared = bm::chi_squared_distribution<double, Quiet>;
using NonCentralT = bm::non_central_t_distribution<double, Quiet>;
using FisherF = bm::fisher_f_distribution<double, Quiet>;
using Beta = bm::beta_distribution<double, Quiet>;

bool is_probability(double p) { return p >= 0 && p <= 1; }

}  // namespace

double normal_sf(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }
double normal_two_sided_p(double z) { return std::erfc(std::abs(z) / std::numbers::sqrt2); }
double normal_isf(double p) {
  if (!is_probability(p)) return kNaN;
  if (p == 0 || p == 1) return p == 0 ? kInfinity : -kInfinity;
  return std::numbers::sqrt2 * bm::erfc_inv(2 * p, Quiet());
}

double t_sf(double t, double df) {
  if (std::isnan(t) || !(df > 0)) return kNaN;
  if (std::isinf(t)) return t > 0 ? 0 : 1;
  if (std::isinf(df)) return normal_sf(t);
  return bm::cdf(bm::complement(Students(df), t));
}
double t_two_sided_p(double t, double df) { return 2 * t_sf(std::abs(t), df); }
double t_isf(double p, double df) {
  if (!is_probability(p) || !(df > 0)) return kNaN;
  if (p == 0 || p == 1 || std::isinf(df)) return normal_isf(p);
  return bm::quantile(bm::complement(Students(df), p));
}
double noncentral_t_sf(double t, double df, double ncp) {
  if (std::isnan(t) || !(df > 0) || !std::isfinite(ncp)) return kNaN;
  if (std::isinf(t)) return t > 0 ? 0 : 1;
  if (std::isinf(df)) return normal_sf(t - ncp);
  if (ncp == 0) return t_sf(t, df);
  // Boost counts the terms of its series, about ncp^2 / 2, in an int.
  if (std::abs(ncp) > 1e4) return normal_sf((t * (1 - 1 / (4 * df)) - ncp) / std::sqrt(1 + t * t / (2 * df)));
  return std::clamp(bm::cdf(bm::complement(NonCentralT(df, ncp), t)), 0.0, 1.0);
}

double chi2_sf(double x, double df) {
  if (std::isnan(x) || !(df > 0)) return kNaN;
  if (x <= 0) return 1;
  if (std::isinf(x)) return 0;
  return bm::cdf(bm::complement(ChiSquared(df), x));
}
double chi2_isf(double p, double df) {
  if (!is_probability(p) || !(df > 0)) return kNaN;
  if (p == 0 || p == 1) return p == 0 ? kInfinity : 0;
  return bm::quantile(bm::complement(ChiSquared(df), p));
}

double f_sf(double x, double df1, double df2) {
  if (std::isnan(x) || !(df1 > 0) || !std::isfinite(df1) || !(df2 > 0)) return kNaN;
  if (x <= 0) return 1;
  if (std::isinf(x)) return 0;
  if (std::isinf(df2)) return chi2_sf(x * df1, df1);
  return bm::cdf(bm::complement(FisherF(df1, df2), x));
}

double beta_cdf(double x, double a, double b) {
  if (std::isnan(x) || !(a > 0) || !(b > 0)) return kNaN;
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  return bm::cdf(Beta(a, b), x);
}
double beta_sf(double x, double a, double b) {
  if (std::isnan(x) || !(a > 0) || !(b > 0)) return kNaN;
  if (x <= 0 || x >= 1) return x <= 0 ? 1 : 0;
  return bm::cdf(bm::complement(Beta(a, b), x));
}
double beta_quantile(double p, double a, double b) {
  if (!is_probability(p) || !(a > 0) || !(b > 0)) return kNaN;
  return bm::quantile(Beta(a, b), p);
}
double beta_isf(double p, double a, double b) {
  if (!is_probability(p) || !(a > 0) || !(b > 0)) return kNaN;
  return bm::quantile(bm::complement(Beta(a, b), p));
}

double binomial_mass(std::int64_t k, std::int64_t n, double p) {
  if (!is_probability(p) || n < 0) return kNaN;
  if (k < 0 || k > n) return 0;
  if (p == 0 || p == 1) return k == (p == 0 ? 0 : n) ? 1 : 0;
  return bm::ibeta_derivative(static_cast<double>(k) + 1, static_cast<double>(n - k) + 1, p, Quiet()) /
         (static_cast<double>(n) + 1);
}

// The binomial tails are beta areas (Abramowitz & Stegun 26.5.24): P(X > k) = I_p(k + 1, n - k).
double binomial_sf(std::int64_t k, std::int64_t n, double p) {
  if (!is_probability(p) || n < 0) return kNaN;
  if (k < 0) return 1;
  if (k >= n) return 0;
  return beta_cdf(p, static_cast<double>(k) + 1, static_cast<double>(n - k));
}
double binomial_cdf(std::int64_t k, std::int64_t n, double p) {
  if (!is_probability(p) || n < 0) return kNaN;
  if (k < 0) return 0;
  if (k >= n) return 1;
  return beta_sf(p, static_cast<double>(k) + 1, static_cast<double>(n - k));
}

}  // namespace feedloop
