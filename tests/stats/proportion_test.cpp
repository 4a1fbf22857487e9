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

TEST_CASE("a rate is judged consistent unless the count is beyond its alpha") {
  CHECK(consistent_with_rate(50, 1000, 0.05, 1e-6));
  CHECK_FALSE(consistent_with_rate(150, 1000, 0.05, 1e-6));
}
