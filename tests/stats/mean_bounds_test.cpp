#include "stats/mean_bounds.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "stats/moments.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("bounds that hold at any size cover a skewed mean at least as often as they say") {
  int hoeffding = 0, bernstein = 0;
  constexpr int kSeeds = 400;
  for (int s = 0; s < kSeeds; ++s) {
    Rng rng = stream({1}, Stream::Test, entity_key(static_cast<std::uint64_t>(s)));
    RatioMoments m;
    for (int i = 0; i < 300; ++i) m.add(bernoulli(rng, 0.01) ? 1.0 : 0.0);
    const SampleMean mean{m.n, m.mean_num, m.variance_num()};
    hoeffding += hoeffding_interval(mean, 1, 0.05).contains(0.01);
    bernstein += empirical_bernstein_interval(mean, 1, 0.05).contains(0.01);
  }
  // Both are conservative by far: fewer than 370 of 400 at 0.95 has probability 3e-2 at the bound itself, and none here.
  CHECK(hoeffding >= 370);
  CHECK(bernstein >= 370);
}

TEST_CASE("bounds of too little data are undefined") {
  CHECK(std::isnan(hoeffding_lower({}, 1, 0.05)));
  CHECK(std::isnan(empirical_bernstein_lower({1, 0.5, kNaN}, 1, 0.05)));
  CHECK(std::isnan(student_interval({1, 0.5, kNaN}, 0.05).low));
}
