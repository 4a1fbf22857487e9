#include "stats/bernoulli_sequence.hpp"

#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/mixture_boundary.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("at both ends the two-sided beta-binomial mixture is 1 over alpha") {
  const double planned = 400, alpha = 0.05;
  for (const auto& [successes, n] : {std::pair<std::int64_t, std::int64_t>{3, 20}, {46, 51}, {12345, 1'000'000}}) {
    const Interval ci = bernoulli_sequence(successes, n, alpha, bernoulli_concentration(planned, alpha));
    CAPTURE(successes, n);
    CHECK(ci.contains(static_cast<double>(successes) / static_cast<double>(n)));
    for (const double p : {ci.low, ci.high}) {
      const MixtureBoundary mixture = MixtureBoundary::beta_binomial_two_sided(p * (1 - p) * planned, alpha, p, 1 - p);
      const double trials = static_cast<double>(n), s = static_cast<double>(successes) - p * trials;
      CHECK(mixture.log_mixture(s, p * (1 - p) * trials) == Approx(std::log(20)).epsilon(1e-6));
    }
  }
}

TEST_CASE("no other concentration is much narrower at the planned number of trials") {
  const double alpha = 0.05;
  const auto width = [&](double concentration) {
    const Interval ci = bernoulli_sequence(100, 1000, alpha, concentration);
    return ci.high - ci.low;
  };
  const double planned = bernoulli_concentration(1000, alpha), best = width(planned);
  for (const double factor : {0.1, 0.3, 0.8, 1.2, 3.0, 10.0}) CHECK(width(factor * planned) > 0.999 * best);
  CHECK(width(10 * planned) > 1.05 * best);
}

TEST_CASE("trials without failures or successes leave one end open") {
  const double weight = bernoulli_concentration(100, 0.05);
  const Interval none = bernoulli_sequence(0, 0, 0.05, weight);
  CHECK(none.low == 0);
  CHECK(none.high == 1);
  const Interval zero = bernoulli_sequence(0, 50, 0.05, weight), all = bernoulli_sequence(50, 50, 0.05, weight);
  CHECK(zero.low == 0);
  CHECK(zero.high < 0.3);
  CHECK(all.high == 1);
  CHECK(all.low == Approx(1 - zero.high).epsilon(1e-9));
  CHECK(bernoulli_sequence(0, 1, 0.05, 1e-3).high <= 1);
  const Interval tiny = bernoulli_sequence(5, 1'000'000'000, 0.05, weight);
  CHECK(tiny.low > 0);
  CHECK(tiny.low < 5e-9);
  CHECK(bernoulli_sequence(1, 51, 0.05, 1000).low == 0);
  CHECK(bernoulli_sequence(1, 1, 0.05, 1000).low == 0);
  CHECK(bernoulli_sequence(2, 51, 0.05, 1000).low > 0);
}

TEST_CASE("a share is covered at all looks") {
  // 600 streams of 300 trials of probability 0.04, alpha 0.1. Fails by chance with probability at most 1e-6.
  const std::int64_t reps = 600;
  const double p = 0.04, alpha = 0.1, weight = bernoulli_concentration(200, alpha);
  std::int64_t missed = 0;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({51}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    std::int64_t successes = 0;
    bool out = false;
    for (int n = 1; n <= 300; ++n) {
      successes += bernoulli(rng, p);
      if (n % 20 == 0) out |= !bernoulli_sequence(successes, n, alpha, weight).contains(p);
    }
    missed += out;
  }
  CHECK(clopper_pearson(missed, reps, 1e-6).low <= alpha);
  CHECK(missed > reps / 100);  // and the intervals are not idle
}
