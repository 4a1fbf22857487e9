#include "stats/rarefaction.hpp"

#include <cmath>
#include <numeric>

#include "stats/diversity.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Rng rng(std::uint64_t n) { return stream({11}, Stream::Test, entity_key(n)); }

}  // namespace

TEST_CASE("everything kept is what it was and nothing kept is nothing") {
  const std::vector<std::int64_t> counts{5, 0, 1, 1000};
  CHECK(thinned(counts, 1, rng(0)) == counts);
  CHECK(thinned(counts, 0, rng(0)) == std::vector<std::int64_t>(4, 0));
  CHECK(thinned({}, 0.5, rng(0)).empty());
}

TEST_CASE("what is kept of each count is binomial") {
  const std::vector<std::int64_t> counts{40, 3, 0, 7};
  for (const double kept : {0.05, 0.5, 0.93}) {
    INFO(kept);
    constexpr int kTimes = 20'000;
    std::vector<double> sum(4), squares(4);
    for (int t = 0; t < kTimes; ++t) {
      const auto x = thinned(counts, kept, rng(static_cast<std::uint64_t>(t)));
      for (std::size_t i = 0; i < 4; ++i) {
        REQUIRE(x[i] >= 0);
        REQUIRE(x[i] <= counts[i]);
        const double d = static_cast<double>(x[i]) - kept * static_cast<double>(counts[i]);
        sum[i] += d, squares[i] += d * d;
      }
    }
    // Each mean and variance lies within five of its standard errors (kurtosis at most 3 + 1 / (n p q)): P < 1e-5 in all.
    for (const std::size_t i : {0u, 1u, 3u}) {
      const double variance = static_cast<double>(counts[i]) * kept * (1 - kept);
      CHECK(std::abs(sum[i] / kTimes) < 5 * std::sqrt(variance / kTimes));
      CHECK(squares[i] / kTimes == Approx(variance).epsilon(5 * std::sqrt((2 + 1 / variance) / kTimes)));
    }
  }
}

TEST_CASE("thinned coverage is what chance expects of it") {
  // Of ten items shown four times, each is still seen with probability 1 - (1 - p)^4.
  const std::vector<std::int64_t> counts(10, 4);
  constexpr int kTimes = 4'000;
  double sum = 0;
  for (int t = 0; t < kTimes; ++t) sum += coverage(thinned(counts, 0.3, rng(static_cast<std::uint64_t>(t))));
  const double p = 1 - std::pow(0.7, 4);
  CHECK(std::abs(sum / kTimes - p) < 5 * std::sqrt(p * (1 - p) / (10.0 * kTimes)));  // P < 1e-6
}
