#include "stats/ratio_change.hpp"

#include <cmath>

#include "base/random.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("with constant denominators the change is the mean of the units' differences") {
  RatioCovariateMoments m;
  const double now[] = {3, 5, 4, 8}, before[] = {1, 6, 2, 3};
  double mean = 0, squares = 0;
  for (int i = 0; i < 4; ++i) {
    m.add(now[i], 2, before[i], 2);
    mean += (now[i] - before[i]) / 2 / 4;
  }
  for (int i = 0; i < 4; ++i) squares += std::pow((now[i] - before[i]) / 2 - mean, 2);
  const Estimate e = change_estimate(m);
  CHECK(e.status == TestStatus::Ok);
  CHECK(e.n == 4);
  CHECK(e.value == Approx(mean));
  CHECK(e.variance == Approx(squares / 3 / 4));
}

TEST_CASE("too few units and empty periods have no change") {
  RatioCovariateMoments m;
  CHECK(change_estimate(m).status == TestStatus::NotEnoughData);
  m.add(1, 1, 1, 1);
  CHECK(change_estimate(m).status == TestStatus::NotEnoughData);
  m.add(1, 1, 1, 1);
  CHECK(change_estimate(m).status == TestStatus::ZeroVariance);
  RatioCovariateMoments empty;
  empty.add(1, 1, 0, 0);
  empty.add(2, 1, 0, 0);
  CHECK(change_estimate(empty).status == TestStatus::NotEnoughData);
}

TEST_CASE("the error is that of repeated draws") {
  // 2000 samples of 200 units whose two periods share a habit; the sd of the change over samples against the mean error.
  const Seed seed{7};
  double sum = 0, squares = 0, variance = 0;
  constexpr int kSamples = 2000;
  for (int s = 0; s < kSamples; ++s) {
    RatioCovariateMoments m;
    for (int u = 0; u < 200; ++u) {
      Rng rng = stream(seed, Stream::Test, {static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(u)});
      const double habit = rng.uniform(), den = 1 + 3 * rng.uniform(), den_before = 1 + 3 * rng.uniform();
      m.add(den * (habit + rng.uniform()), den, den_before * (habit + 0.5 * rng.uniform()), den_before);
    }
    const Estimate e = change_estimate(m);
    sum += e.value;
    squares += e.value * e.value;
    variance += e.variance / kSamples;
  }
  const double observed = (squares - sum * sum / kSamples) / (kSamples - 1);
  // The relative sd of a variance over 2000 samples is 3.2 %; five of them.
  CHECK(variance == Approx(observed).epsilon(0.16));
}
