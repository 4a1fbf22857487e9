#include "stats/proportion.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("Clopper-Pearson ends follow their closed forms at none and all") {
  // No success in n: the upper end solves (1 - p)^n = alpha / 2.
  const Interval none = clopper_pearson(0, 50, 0.05), all = clopper_pearson(50, 50, 0.05);
  CHECK(none.low == 0);
  CHECK(none.high == Approx(1 - std::pow(0.025, 1.0 / 50)).epsilon(1e-10));
  CHECK(all.high == 1);
  CHECK(all.low == Approx(std::pow(0.025, 1.0 / 50)).epsilon(1e-10));
  CHECK(clopper_pearson(0, 0, 0.05).low == 0);
  CHECK(clopper_pearson(0, 0, 0.05).high == 1);
}

TEST_CASE("at Clopper-Pearson ends each binomial tail is alpha over 2") {
  const Interval ci = clopper_pearson(17, 60, 0.01);
  CHECK(binomial_sf(16, 60, ci.low) == Approx(0.005).epsilon(1e-9));
  CHECK(binomial_cdf(17, 60, ci.high) == Approx(0.005).epsilon(1e-9));
}

TEST_CASE("Clopper-Pearson covers every rate at least at its level") {
  // Exact, by summing the binomial terms of the counts whose interval holds p.
  const std::int64_t n = 40;
  for (double p = 0.01; p < 1; p += 0.07) {
    double covered = 0;
    for (std::int64_t k = 0; k <= n; ++k)
      if (clopper_pearson(k, n, 0.05).contains(p)) covered += binomial_cdf(k, n, p) - binomial_cdf(k - 1, n, p);
    CAPTURE(p);
    CHECK(covered >= 0.95);
  }
}

TEST_CASE("Wilson ends are the roots of the score equation") {
  const Interval ci = wilson(7, 30, 0.05);
  const double z = normal_isf(0.025), seen = 7.0 / 30;
  for (const double p : {ci.low, ci.high}) CHECK(std::abs(seen - p) == Approx(z * std::sqrt(p * (1 - p) / 30)).epsilon(1e-10));
  CHECK(wilson(0, 10, 0.05).low == 0);
  CHECK(wilson(10, 10, 0.05).high == 1);
}

TEST_CASE("at Jeffreys ends the posterior tails are alpha over 2 and Wilson lies within Agresti-Coull") {
  const Interval j = jeffreys(3, 40, 0.1);
  CHECK(beta_cdf(j.low, 3.5, 37.5) == Approx(0.05).epsilon(1e-9));
  CHECK(beta_sf(j.high, 3.5, 37.5) == Approx(0.05).epsilon(1e-9));
  for (const std::int64_t k : {0, 3, 20, 40}) {
    const Interval w = wilson(k, 40, 0.05), a = agresti_coull(k, 40, 0.05);
    CHECK(a.low <= w.low + 1e-12);
    CHECK(a.high >= w.high - 1e-12);
  }
  CHECK(wald(10, 100, 0.05).high == Approx(0.1 + normal_isf(0.025) * 0.03));
  CHECK(wald(0, 50, 0.05).high == 0);
  CHECK(std::isnan(wald(0, 0, 0.05).low));
}

TEST_CASE("the binomial test adds up the counts that are no likelier than the one seen") {
  for (const double p : {0.1, 0.5, 0.83})
    for (std::int64_t k = 0; k <= 17; ++k) {
      double sum = 0;
      for (std::int64_t i = 0; i <= 17; ++i)
        if (binomial_mass(i, 17, p) <= binomial_mass(k, 17, p) * (1 + 1e-7)) sum += binomial_mass(i, 17, p);
      CAPTURE(p, k);
      CHECK(binomial_test(k, 17, p) == Approx(sum).epsilon(1e-10));
    }
  CHECK(binomial_test(0, 0, 0.3) == 1);
  CHECK(binomial_test(0, 5, 0) == 1);
  CHECK(binomial_test(1, 5, 0) == 0);
  CHECK(binomial_test(5, 5, 1) == 1);
}

TEST_CASE("a rate is judged consistent unless the count is beyond its alpha") {
  CHECK(consistent_with_rate(50, 1000, 0.05, 1e-6));
  CHECK_FALSE(consistent_with_rate(150, 1000, 0.05, 1e-6));
}
