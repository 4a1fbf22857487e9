#include "stats/bounded_sequence.hpp"

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("before the first value nothing is known") {
  const BoundedSequence s(0.05);
  for (const Interval& ci : {s.empirical_bernstein(), s.hoeffding(), hoeffding_sequence(kNaN, 0, 100, 0.05)}) {
    CHECK(ci.low == 0);
    CHECK(ci.high == 1);
  }
}

TEST_CASE("mirrored values give the mirrored interval") {
  BoundedSequence s(0.05), mirrored(0.05);
  Rng rng = stream({45}, Stream::Test, entity_key(0));
  for (int i = 0; i < 300; ++i) {
    const double x = rng.uniform() * rng.uniform();
    s.add(x);
    mirrored.add(1 - x);
  }
  CHECK(s.empirical_bernstein().low == Approx(1 - mirrored.empirical_bernstein().high));
  CHECK(s.hoeffding().high == Approx(1 - mirrored.hoeffding().low));
}

TEST_CASE("a sequence that learns the variance is narrow where it is small") {
  BoundedSequence s(0.05);
  for (int i = 0; i < 2000; ++i) s.add(0.3 + (i % 2 ? 0.01 : -0.01));
  const Interval bernstein = s.empirical_bernstein(), hoeffding = s.hoeffding();
  CHECK(bernstein.contains(0.3));
  CHECK(bernstein.high - bernstein.low < 0.2 * (hoeffding.high - hoeffding.low));
}

TEST_CASE("every sequence covers the mean at all looks however few the values") {
  // 1500 streams of 300 values that are 1 with probability 0.07. Fails by chance with probability at most 1e-6 each.
  const std::int64_t reps = 1500;
  std::int64_t bernstein = 0, hoeffding = 0, mixture = 0;
  double width = 0;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({46}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    BoundedSequence s(0.1);
    bool out[3]{};
    double sum = 0;
    for (int n = 1; n <= 300; ++n) {
      const double x = bernoulli(rng, 0.07);
      s.add(x);
      sum += x;
      out[0] |= !s.empirical_bernstein().contains(0.07);
      out[1] |= !s.hoeffding().contains(0.07);
      out[2] |= !hoeffding_sequence(sum / n, n, 300, 0.1).contains(0.07);
    }
    bernstein += out[0];
    hoeffding += out[1];
    mixture += out[2];
    width += s.empirical_bernstein().high / static_cast<double>(reps);
  }
  for (const std::int64_t missed : {bernstein, hoeffding, mixture}) CHECK(clopper_pearson(missed, reps, 1e-6).low <= 0.1);
  CHECK(width < 0.25);  // they do say something
}
