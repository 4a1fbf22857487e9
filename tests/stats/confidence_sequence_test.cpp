#include "stats/confidence_sequence.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "stats/moments.hpp"
#include "stats/proportion.hpp"
#include "stats/sequential.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using enum Alternative;

TEST_CASE("a look is the mixture test whose tau is rho standard deviations") {
  const double rho = 0.04, variance = 0.003;
  const std::int64_t n = 800;
  for (const double estimate : {-0.4, 0.01, 0.13, 0.3}) {
    AlwaysValid test(rho * std::sqrt(static_cast<double>(n) * variance));
    test.look(estimate, variance);
    const SequenceLook look = sequence_look(estimate, variance, n, rho, 0.05);
    CAPTURE(estimate);
    CHECK(look.status == TestStatus::Ok);
    CHECK(look.p == Approx(test.p()).epsilon(1e-10));
    CHECK(look.ci.low == Approx(test.ci(0.05).low).epsilon(1e-10));
    CHECK(look.ci.high == Approx(test.ci(0.05).high).epsilon(1e-10));
  }
}

TEST_CASE("no rho is narrower at the planned number of units than the exact one") {
  for (const double alpha : {0.01, 0.05, 0.1}) {
    const double n = 5000, rho = exact_rho(n, alpha), best = mixture_margin(n, rho, alpha);
    CAPTURE(alpha);
    for (const double factor : {0.5, 0.9, 0.99, 1.01, 1.1, 2.0}) CHECK(mixture_margin(n, factor * rho, alpha) > best);
    CHECK(mixture_margin(n, approximate_rho(n, alpha), alpha) < 1.001 * best);
    CHECK(approximate_rho(n, alpha, Greater) == approximate_rho(n, 2 * alpha));
    CHECK(exact_rho(n, alpha, Less) == exact_rho(n, 2 * alpha));
  }
}

TEST_CASE("p is alpha exactly where the bound meets zero") {
  for (const Alternative side : {TwoSided, Greater, Less})
    for (const double alpha : {0.001, 0.05, 0.2}) {
      const double margin = mixture_margin(300, 0.1, alpha, side) * std::sqrt(300 * 0.02);
      const double estimate = side == Less ? -margin : margin;
      const SequenceLook look = sequence_look(estimate, 0.02, 300, 0.1, alpha, side);
      CAPTURE(alpha);
      CHECK(look.p == Approx(alpha).epsilon(1e-10));
      CHECK((side == Less ? look.ci.high : look.ci.low) == Approx(0).margin(1e-12));
      CHECK((side == TwoSided) == (std::isfinite(look.ci.low) && std::isfinite(look.ci.high)));
    }
  CHECK(sequence_look(-1, 0.02, 300, 0.1, 0.05, Greater).p == 1);
  CHECK(sequence_look(1, 0.02, 300, 0.1, 0.05, Less).p == 1);
}

TEST_CASE("the iterated logarithm is wider at the planned number of units and narrower far beyond it") {
  const double rho = exact_rho(1000, 0.05);
  CHECK(iterated_logarithm_margin(1000, 0.05) > 1.1 * mixture_margin(1000, rho, 0.05));
  CHECK(iterated_logarithm_margin(1e13, 0.05) < 0.9 * mixture_margin(1e13, rho, 0.05));
}

TEST_CASE("a look without variation or units says so") {
  CHECK(sequence_look(1, 0.5, 1, 0.1, 0.05).status == TestStatus::NotEnoughData);
  CHECK(sequence_look(kNaN, 0.5, 10, 0.1, 0.05).status == TestStatus::NotEnoughData);
  CHECK(sequence_look(1, kNaN, 10, 0.1, 0.05).status == TestStatus::NotEnoughData);
  const SequenceLook flat = sequence_look(1, 0, 10, 0.1, 0.05);
  CHECK(flat.status == TestStatus::ZeroVariance);
  CHECK(std::isnan(flat.p));
  CHECK(std::isnan(flat.ci.low));
}

TEST_CASE("a comparison is looked at as its effect, its variance and all its units") {
  const Comparison c = compare(from_mean_and_variance(300, 2, 1.5), from_mean_and_variance(500, 2.3, 2), 0.1);
  const SequenceLook look = sequence_look(c, 0.05), direct = sequence_look(c.effect, 1.5 / 300 + 2.0 / 500, 800, 0.05, 0.1);
  CHECK(look.p == Approx(direct.p).epsilon(1e-12));
  CHECK(look.ci.low == Approx(direct.ci.low).epsilon(1e-12));
  const RatioMoments one = from_mean_and_variance(1, 2, 0);
  CHECK(sequence_look(compare(one, one, 0.1), 0.05).status == TestStatus::NotEnoughData);
}

TEST_CASE("intervals of a difference cover it at all looks of skewed data") {
  // 1500 streams of 500 pairs of exponential values, looked at every 10 from 100 on. Fails by chance with probability at most
  // 1e-6 when the level holds.
  const std::int64_t reps = 1500;
  const double rho = approximate_rho(1000, 0.05), rho_above = approximate_rho(1000, 0.05, Greater);
  std::int64_t missed = 0, missed_above = 0;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({43}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    RatioMoments a, b;
    bool out = false, above = false;
    for (int n = 1; n <= 500; ++n) {
      a.add(exponential(rng, 1));
      b.add(0.2 + exponential(rng, 1));
      if (n < 100 || n % 10 != 0) continue;
      const Estimate control = ratio_estimate(a), treatment = ratio_estimate(b);
      const double effect = treatment.value - control.value, variance = control.variance + treatment.variance;
      out |= !sequence_look(effect, variance, 2 * n, rho, 0.05).ci.contains(0.2);
      above |= !sequence_look(effect, variance, 2 * n, rho_above, 0.05, Greater).ci.contains(0.2);
    }
    missed += out;
    missed_above += above;
  }
  CHECK(clopper_pearson(missed, reps, 1e-6).low <= 0.05);
  CHECK(clopper_pearson(missed_above, reps, 1e-6).low <= 0.05);
  CHECK(missed_above > 0);  // the bound is not idle
}
