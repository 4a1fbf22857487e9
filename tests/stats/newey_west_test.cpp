#include "stats/newey_west.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/moments.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("without lags the error is that of two means, and one lag adds its products") {
  const std::array y{1.0, 3.0, 6.0, 4.0, 2.0, 8.0};
  const std::array<std::uint8_t, 6> treated{0, 0, 1, 1, 0, 1};
  // Means 2 and 6; scores (1, -1, 0, -2, 0, 2) / 3.
  CHECK(newey_west(y, treated, 0, 0.05).se == Approx(std::sqrt(10.0 / 9)));
  CHECK(newey_west(y, treated, 1, 0.05).se == Approx(std::sqrt((10 + 2 * 0.5 * -1) / 9.0)));
  CHECK(newey_west(y, treated, 2, 0.05).se == Approx(std::sqrt((10 + 2 * (2.0 / 3 * -1 + 1.0 / 3 * -2)) / 9.0)));
  CHECK(newey_west(y, treated, 50, 0.05).effect == 4);
}

TEST_CASE("correlated periods keep their level only with lags") {
  // 2000 A/A switchbacks of 400 hours in blocks of 4 with autocorrelation 0.7. With 12 lags the level is near 5 % but above it,
  // as always with this estimator; exact binomial bounds at 1e-6.
  std::int64_t alarms = 0, without = 0;
  const std::int64_t reps = 2000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({95}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    std::vector<double> y;
    std::vector<std::uint8_t> treated;
    double level = normal(rng);
    for (int t = 0; t < 400; ++t) {
      if (t % 4 == 0)
        treated.push_back(bernoulli(rng, 0.5));
      else
        treated.push_back(treated.back());
      level = 0.7 * level + std::sqrt(1 - 0.49) * normal(rng);
      y.push_back(level);
    }
    alarms += newey_west(y, treated, 12, 0.05).p < 0.05;
    without += newey_west(y, treated, 0, 0.05).p < 0.05;
  }
  CHECK(clopper_pearson(alarms, reps, 1e-6).low < 0.075);
  CHECK(clopper_pearson(without, reps, 1e-6).low > 0.15);
}

TEST_CASE("too few periods and constant periods are named") {
  const std::array<std::uint8_t, 3> treated{0, 0, 1};
  const NeweyWest few = newey_west(std::array{1.0, 2.0, 4.0}, treated, 1, 0.05);
  CHECK(few.status == TestStatus::NotEnoughData);
  CHECK(few.effect == Approx(2.5));
  CHECK(std::isnan(few.se));
  CHECK(std::isnan(newey_west({}, {}, 1, 0.05).effect));
  const std::array<std::uint8_t, 4> both{0, 0, 1, 1};
  CHECK(newey_west(std::array{1.0, 1.0, 2.0, 2.0}, both, 3, 0.05).status == TestStatus::ZeroVariance);
}

TEST_CASE("the usual number of lags grows slowly") {
  CHECK(newey_west_lags(0) == 0);
  CHECK(newey_west_lags(100) == 4);
  CHECK(newey_west_lags(1000) == 6);
}
