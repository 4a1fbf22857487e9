#include "stats/tails.hpp"

#include <cmath>

#include "stats/interval.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("far tails keep their digits instead of printing as 0") {
  // Published values: Abramowitz & Stegun table 26.2 gives -log10 Q(10) = 23.11805.
  CHECK(-std::log10(normal_sf(10)) == Approx(23.11805).epsilon(1e-6));
  CHECK(chi2_sf(400, 1) == Approx(5.507248237212379e-89).epsilon(1e-9));
  CHECK(t_two_sided_p(1e6, 30) > 0);
  CHECK(t_two_sided_p(1e6, 30) < 1e-150);
}

TEST_CASE("t with one degree of freedom is the Cauchy distribution") {
  for (const double x : {-3.0, -0.5, 0.0, 0.7, 4.0, 1e8})
    CHECK(t_sf(x, 1) == Approx(std::atan2(1.0, x) / std::acos(-1.0)).epsilon(1e-12));
}

TEST_CASE("t with two degrees of freedom follows its closed form") {
  for (const double x : {-2.0, 0.3, 5.0}) CHECK(t_sf(x, 2) == Approx(0.5 - x / (2 * std::sqrt(2 + x * x))).epsilon(1e-12));
}

TEST_CASE("noncentral t at 0 is the normal tail of its mean and with many degrees of freedom the normal's") {
  for (const double ncp : {-1.5, 0.0, 0.4, 3.0}) {
    CHECK(noncentral_t_sf(0, 5, ncp) == Approx(normal_sf(-ncp)).epsilon(1e-9));  // the sign of T is that of its numerator
    CHECK(noncentral_t_sf(1.7, 1e12, ncp) == Approx(normal_sf(1.7 - ncp)).epsilon(1e-6));
    CHECK(noncentral_t_sf(-1.7, 9, ncp) == Approx(1 - noncentral_t_sf(1.7, 9, -ncp)).epsilon(1e-9));
  }
  CHECK(noncentral_t_sf(2, 7, 0) == t_sf(2, 7));
  CHECK(noncentral_t_sf(2, 7, 1e6) == Approx(1));
  CHECK(noncentral_t_sf(2, 7, -1e6) == 0);
}

TEST_CASE("noncentral t is the normal tail averaged over the spread of its denominator") {
  // P(T > t) = E Q(t s - ncp) with df s^2 chi-square, by the midpoint rule over the quantiles of chi-square.
  const double df = 8;
  for (const auto& [t, ncp] : {std::pair{2.3, 1.0}, {60.0, 50.0}, {900.0, 1000.0}}) {
    double mean = 0;
    const int points = 4000;
    for (int i = 0; i < points; ++i) mean += normal_sf(t * std::sqrt(chi2_isf((i + 0.5) / points, df) / df) - ncp) / points;
    CAPTURE(t, ncp);
    CHECK(noncentral_t_sf(t, df, ncp) == Approx(mean).margin(5e-4));
  }
}

TEST_CASE("F with one degree of freedom is a squared t and with two its closed form") {
  for (const double x : {0.3, 2.0, 40.0}) {
    CHECK(f_sf(x, 1, 7) == Approx(t_two_sided_p(std::sqrt(x), 7)).epsilon(1e-12));
    CHECK(f_sf(x, 2, 9) == Approx(std::pow(1 + 2 * x / 9, -4.5)).epsilon(1e-12));
    CHECK(f_sf(x, 3, kInfinity) == chi2_sf(3 * x, 3));
  }
  CHECK(f_sf(-1, 2, 3) == 1);
  CHECK(std::isnan(f_sf(1, 0, 3)));
}

TEST_CASE("chi-square with two degrees of freedom is exponential") {
  for (const double x : {0.1, 3.0, 500.0}) CHECK(chi2_sf(x, 2) == Approx(std::exp(-x / 2)).epsilon(1e-12));
}

TEST_CASE("infinite degrees of freedom make t normal") {
  CHECK(t_sf(1.5, kInfinity) == normal_sf(1.5));
  CHECK(t_isf(0.01, kInfinity) == normal_isf(0.01));
  CHECK(t_isf(0.025, 1e9) == Approx(normal_isf(0.025)).epsilon(1e-7));
}

TEST_CASE("inverse tails undo tails") {
  for (const double p : {1e-200, 1e-10, 0.025, 0.5, 0.9, 0.999}) {
    CAPTURE(p);
    CHECK(normal_sf(normal_isf(p)) == Approx(p).epsilon(1e-10));
    CHECK(t_sf(t_isf(p, 7.5), 7.5) == Approx(p).epsilon(1e-9));
    CHECK(chi2_sf(chi2_isf(p, 3), 3) == Approx(p).epsilon(1e-9));
    CHECK(beta_cdf(beta_quantile(p, 2, 3), 2, 3) == Approx(p).epsilon(1e-9));
    // Near 1 a double is too coarse to carry a tail of 1e-200.
    if (p > 1e-20) CHECK(beta_sf(beta_isf(p, 2, 3), 2, 3) == Approx(p).epsilon(1e-9));
  }
}

TEST_CASE("binomial tails equal the sum of their terms") {
  const std::int64_t n = 12;
  const double p = 0.3;
  double below = 0, term = std::pow(1 - p, static_cast<double>(n));
  for (std::int64_t k = 0; k < n; ++k) {
    below += term;
    CHECK(binomial_mass(k, n, p) == Approx(term).epsilon(1e-12));
    CHECK(binomial_cdf(k, n, p) == Approx(below).epsilon(1e-12));
    CHECK(binomial_sf(k, n, p) == Approx(1 - below).epsilon(1e-8));
    term *= static_cast<double>(n - k) / static_cast<double>(k + 1) * p / (1 - p);
  }
  CHECK(binomial_cdf(n, n, p) == 1);
  CHECK(binomial_sf(-1, n, p) == 1);
  CHECK(binomial_mass(n + 1, n, p) == 0);
  CHECK(binomial_mass(0, n, 0) == 1);
  CHECK(binomial_mass(n, n, 0) == 0);
}

TEST_CASE("tails of undefined or impossible arguments are NaN and nothing throws") {
  CHECK(std::isnan(t_sf(kNaN, 3)));
  CHECK(std::isnan(t_sf(1, kNaN)));
  CHECK(std::isnan(t_sf(1, 0)));
  CHECK(std::isnan(t_isf(1.5, 3)));
  CHECK(std::isnan(normal_isf(-0.1)));
  CHECK(std::isnan(chi2_sf(1, -2)));
  CHECK(std::isnan(beta_quantile(0.5, 0, 1)));
  CHECK(t_sf(kInfinity, 3) == 0);
  CHECK(t_sf(-kInfinity, 3) == 1);
  CHECK(normal_isf(0) == kInfinity);
  CHECK(chi2_sf(0, 4) == 1);
}
