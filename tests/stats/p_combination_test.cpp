#include "stats/p_combination.hpp"

#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("one test combined is itself and two follow their closed forms") {
  for (const double p : {1e-30, 0.03, 0.8}) {
    CHECK(fisher_combination(std::vector{p}).p == Approx(p).epsilon(1e-10));
    CHECK(stouffer_combination(std::vector{p}).p == Approx(p).epsilon(1e-10));
  }
  // P(U V <= q) = q (1 - log q).
  CHECK(fisher_combination(std::vector{0.1, 0.2}).p == Approx(0.02 * (1 - std::log(0.02))).epsilon(1e-12));
  const double z = (2 * normal_isf(0.1) + normal_isf(0.2)) / std::sqrt(5.0);
  CHECK(stouffer_combination(std::vector{0.1, 0.2}, std::vector{2.0, 1.0}).p == Approx(normal_sf(z)).epsilon(1e-12));
}

TEST_CASE("undefined tests do not count and nothing in them gives NaN") {
  CHECK(fisher_combination(std::vector{0.1, kNaN}).p == fisher_combination(std::vector{0.1}).p);
  CHECK(stouffer_combination(std::vector{0.1, kNaN}).p == stouffer_combination(std::vector{0.1}).p);
  CHECK(std::isnan(fisher_combination({}).p));
  CHECK(std::isnan(stouffer_combination(std::vector{kNaN}).p));
  CHECK(fisher_combination(std::vector{0.0, 0.5}).p == 0);
  CHECK(std::isnan(stouffer_combination(std::vector{0.0, 1.0}).p));
}

TEST_CASE("combined true nulls alarm at their level") {
  // 20000 combinations of 5; exact binomial bounds at 1e-6.
  std::int64_t fisher = 0, stouffer = 0;
  const std::int64_t reps = 20'000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({49}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    std::vector<double> p(5);
    for (double& x : p) x = rng.uniform_open();
    fisher += fisher_combination(p).p < 0.05;
    stouffer += stouffer_combination(p, std::vector{1.0, 2.0, 3.0, 4.0, 5.0}).p < 0.05;
  }
  CHECK(consistent_with_rate(fisher, reps, 0.05, 1e-6));
  CHECK(consistent_with_rate(stouffer, reps, 0.05, 1e-6));
}
