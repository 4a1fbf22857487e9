#include "stats/log_concave_integral.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("the integral of a normal density is 1 from wherever it is sought") {
  for (const double mean : {-1e5, 0.0, 3.7})
    for (const double sd : {1e-3, 1.0, 40.0})
      for (const double start : {-100.0, 0.0, 3.0}) {
        const auto g = [&](double x) {
          return -(x - mean) * (x - mean) / (2 * sd * sd) - std::log(sd * std::sqrt(2 * std::numbers::pi));
        };
        CAPTURE(mean, sd, start);
        CHECK(integrate_log_concave(g, start, sd / 3) == Approx(1).epsilon(1e-9));
      }
}

TEST_CASE("the integral of the logistic density is 1 and of its powers a beta function") {
  // Of e^{at} / (1 + e^t)^{a + b}: B(a, b), whose two tails fall at different rates.
  for (const auto& [a, b] : {std::pair(1.0, 1.0), std::pair(0.05, 3.0), std::pair(20.0, 0.5)}) {
    const auto g = [a = a, b = b](double t) {
      return a * t - (a + b) * (std::max(t, 0.0) + std::log1p(std::exp(-std::abs(t))));
    };
    CHECK(integrate_log_concave(g, 0, 0.2) ==
          Approx(std::exp(std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b))).epsilon(1e-11));
  }
}

TEST_CASE("a tiny integral is good to as many digits as a large one") {
  const auto g = [](double x) { return -x * x / 2 - 700; };
  CHECK(integrate_log_concave(g, 5, 0.3) == Approx(std::exp(-700) * std::sqrt(2 * std::numbers::pi)).epsilon(1e-11));
}

TEST_CASE("a step far wider than the integrand is refined until it is seen") {
  // A cliff of width 0.01 in a normal of width 1: P(X + 0.01 Y < 2), known in closed form.
  const auto log_tail = [](double z) { return std::log(std::erfc(z / std::sqrt(2.0)) / 2); };
  const auto g = [&](double x) {  // beyond 35 widths along the cliff's tangent: its tail underflows
    const double z = (x - 2) / 0.01, log_cliff = log_tail(std::min(z, 35.0)) - 35.03 * std::max(0.0, z - 35);
    return -x * x / 2 - std::log(std::sqrt(2 * std::numbers::pi)) + log_cliff;
  };
  CHECK(integrate_log_concave(g, 0, 1.0) == Approx(1 - std::exp(log_tail(2 / std::sqrt(1.0001)))).epsilon(1e-9));
}
