#include "stats/continuation_density.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("without stopping every look sees the normal law of its own information") {
  for (const double drift : {-1.5, 0.0, 3.0}) {
    ContinuationDensity density(drift);
    for (const double t : {0.1, 0.15, 0.1502, 0.7, 1.0, 1.4}) {
      density.look(t);
      for (const double z : {-3.0, 0.0, 1.5, 4.0}) {
        CAPTURE(drift, t, z);
        CHECK(density.above(z) == Approx(normal_sf(z - drift * std::sqrt(t))).epsilon(1e-10).margin(1e-13));
        CHECK(density.below(z) == Approx(normal_sf(drift * std::sqrt(t) - z)).epsilon(1e-10).margin(1e-13));
      }
    }
  }
}

TEST_CASE("stopping at 0 leaves the orthant of two looks") {
  // P(Z_1 < 0, Z_2 > 0) with correlation r = sqrt(t_1 / t_2) is acos(r) / (2 pi) (Sheppard 1899).
  for (const double t : {0.01, 0.3, 0.9, 0.9999}) {
    ContinuationDensity density;
    density.look(t);
    CHECK(density.above(0) == Approx(0.5));
    density.keep({-kInfinity, 0});
    density.look(1);
    CAPTURE(t);
    CHECK(density.above(0) == Approx(std::acos(std::sqrt(t)) / (2 * std::numbers::pi)).epsilon(1e-10));
    CHECK(density.above(-kInfinity) == Approx(0.5).epsilon(1e-10));
  }
}

TEST_CASE("what stops and what goes on add up to one") {
  ContinuationDensity density(1.2);
  double stopped = 0, t = 0;
  for (int k = 0; k < 12; ++k) {
    t += 0.02 * (1 + k % 5);
    density.look(t);
    stopped += density.above(1.8) + density.below(-1.1);
    density.keep({-1.1, 1.8});
  }
  density.look(2 * t);
  CHECK(stopped + density.above(-kInfinity) == Approx(1).epsilon(1e-11));
}

TEST_CASE("looks that lie close together agree with a fine Simpson rule") {
  const std::vector<double> t{0.273, 0.431, 0.891, 0.928, 1};
  const std::vector<double> z{4.13326633177893, 3.22333204001188, 2.11174020916224, 2.15654758363962, 2.07958395034075};
  const auto pdf = [](double x, double variance) {
    return std::exp(-x * x / (2 * variance)) / std::sqrt(2 * std::numbers::pi * variance);
  };
  double brute = 0, before = 0;
  std::vector<double> at{0}, mass{1};
  ContinuationDensity density;
  double ours = 0;
  for (std::size_t k = 0; k < t.size(); ++k) {
    const double variance = t[k] - before, bar = z[k] * std::sqrt(t[k]);
    for (std::size_t i = 0; i < at.size(); ++i) brute += mass[i] * normal_sf((bar - at[i]) / std::sqrt(variance));
    const int n = 900;
    const double low = -8 * std::sqrt(t[k]), h = (bar - low) / n;
    std::vector<double> next(n + 1), weights(n + 1);
    for (int j = 0; j <= n; ++j) {
      const auto index = static_cast<std::size_t>(j);
      next[index] = low + j * h;
      double sum = 0;
      for (std::size_t i = 0; i < at.size(); ++i) sum += mass[i] * pdf(next[index] - at[i], variance);
      weights[index] = sum * h / 3 * (j == 0 || j == n ? 1 : j % 2 ? 4 : 2);
    }
    at = next;
    mass = weights;
    before = t[k];

    density.look(t[k]);
    ours += density.above(z[k]);
    density.keep({-kInfinity, z[k]});
  }
  CHECK(ours == Approx(brute).epsilon(1e-8));
  CHECK(ours == Approx(0.0250014).margin(1e-7));
}

TEST_CASE("before any look nothing has happened and after an empty region nothing is left") {
  ContinuationDensity density;
  CHECK(density.above(0) == 0);
  CHECK(density.below(0) == 0);
  density.look(0.5);
  density.keep({2, 1});
  density.look(1);
  CHECK(density.above(-kInfinity) == 0);
}
