#include "stats/beta_tail.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

double odds(double t) { return 1 / (1 + std::exp(-t)); }

}  // namespace

TEST_CASE("tails of betas in log odds are those of the incomplete beta function") {
  Rng rng = stream({5}, Stream::Test, {});
  for (int n = 0; n < 3000; ++n) {
    const double a = std::exp(-5 + 17 * rng.uniform()), b = std::exp(-5 + 17 * rng.uniform()), t = -6 + 12 * rng.uniform();
    const double want = beta_sf(odds(t), a, b);
    INFO("a " << a << " b " << b << " t " << t << " want " << want);
    if (want > 1e-290) CHECK(std::exp(BetaTail(a, b).log_upper(t)) == Approx(want).epsilon(1e-7));
  }
}

TEST_CASE("tails of betas are closed forms where one parameter is one") {
  // P(X > x) = (1 - x)^b for Beta(1, b) and 1 - x^a for Beta(a, 1), also where a double holds neither x nor the tail.
  for (const double b : {0.02, 1.0, 30.0, 1e5})
    for (const double t : {-40.0, -3.0, 0.0, 2.0, 50.0}) {
      const double log_rest = -std::log1p(std::exp(-std::fabs(t))) - std::max(t, 0.0);
      CHECK(BetaTail(1, b).log_upper(t) == Approx(b * log_rest).epsilon(1e-9));
      const double log_x = -std::log1p(std::exp(-std::fabs(t))) + std::min(t, 0.0);
      CHECK(std::exp(BetaTail(b, 1).log_upper(t)) == Approx(-std::expm1(b * log_x)).epsilon(1e-9).margin(1e-15));
    }
}

TEST_CASE("a quantile has the tail asked for from wherever it is sought") {
  Rng rng = stream({6}, Stream::Test, {});
  for (int n = 0; n < 2000; ++n) {
    const double a = std::exp(-5 + 15 * rng.uniform()), b = std::exp(-5 + 15 * rng.uniform());
    const double log_p = std::log(rng.uniform_open()) * (n % 5 == 0 ? 20 : 1);
    const BetaTail tail(a, b);
    for (const double start : {std::log(a / b), -8.0, 8.0}) {
      const double t = tail.upper_quantile(log_p, start);
      INFO("a " << a << " b " << b << " log p " << log_p << " start " << start << " t " << t);
      CHECK(tail.log_upper(t) == Approx(log_p).epsilon(1e-7).margin(1e-9));
    }
  }
}

TEST_CASE("the density is the slope of the tail") {
  for (const auto& [a, b] : {std::pair(0.5, 9.5), std::pair(40.0, 700.0), std::pair(3.0, 2.0)})
    for (const double t : {-4.0, -2.0, 0.5}) {
      const BetaTail tail(a, b);
      const double h = 1e-4, slope = (std::exp(tail.log_upper(t - h)) - std::exp(tail.log_upper(t + h))) / (2 * h);
      CHECK(slope == Approx(std::exp(tail.log_density(t))).epsilon(1e-4).margin(1e-9));
    }
}
