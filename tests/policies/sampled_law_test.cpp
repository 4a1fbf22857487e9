#include "policies/sampled_law.hpp"

#include <cmath>

#include "stats/tails.hpp"
#include "tests/policies/pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// One coefficient with mean 0 and deviation 0.5, rows +1 and -1 and the offset of the first 0.4: it wins where 0.4 + 2 theta >
// 0.
constexpr double kScale = 0.5, kOffset = 0.4;
const std::vector<std::uint16_t> kBoth{0, 1};

SampledLaw make(const LinearModel& model, int draws, std::uint64_t n) {
  Rng rng = luck(n);
  return {model, kScale, {1, -1}, {kOffset, 0}, draws, rng};
}

}  // namespace

TEST_CASE("the mean of 1 / p is that of the header and of p a little high") {
  // With M common draws of which W win, P known: E[1 / p] = E[(1 + M) / (1 + W)] = (1 - (1 - P)^(M + 1)) / P, and E[p] = (1 + M
  // P) / (1 + M). 20,000 laws; five standard errors, 1e-6 without cause.
  const LinearModel model(1, 1);
  const double win = normal_sf(-kOffset / (2 * kScale));
  for (const int draws : {4, 16}) {
    double inverse = 0, squares = 0, p_sum = 0, p_squares = 0;
    constexpr std::uint64_t kLaws = 20'000;
    for (std::uint64_t n = 0; n < kLaws; ++n) {
      const double p = make(model, draws, n).propensity(kBoth, 0);
      inverse += 1 / p, squares += 1 / (p * p), p_sum += p, p_squares += p * p;
    }
    const double mean = inverse / kLaws, p_mean = p_sum / kLaws;
    CHECK(std::fabs(mean - (1 - std::pow(1 - win, draws + 1)) / win) < 5 * std::sqrt((squares / kLaws - mean * mean) / kLaws));
    CHECK(std::fabs(p_mean - (1 + draws * win) / (1 + draws)) < 5 * std::sqrt((p_squares / kLaws - p_mean * p_mean) / kLaws));
  }
}

TEST_CASE("the draw wins as often as the normal says") {
  const LinearModel model(1, 1);
  const double win = normal_sf(-kOffset / (2 * kScale));
  Rng rng = luck(7);
  const SampledLaw law = make(model, 4, 1);
  double won = 0;
  constexpr int kDraws = 40'000;
  for (int n = 0; n < kDraws; ++n) won += law.draw(rng, kBoth) == 0;
  CHECK(std::fabs(won / kDraws - win) < 5 * std::sqrt(win * (1 - win) / kDraws));
}

TEST_CASE("the declared error covers the distance and the last one left is certain") {
  const LinearModel model(1, 1);
  const double win = normal_sf(-kOffset / (2 * kScale));
  int within = 0;
  for (std::uint64_t n = 0; n < 1000; ++n) {
    const SampledLaw law = make(model, 64, n);
    const double p = law.propensity(kBoth, 0);
    within += std::fabs(p - win) <= 2 * law.propensity_error(kBoth, 0, p);
  }
  CHECK(within > 900);  // about 955, with a deviation of 7
  const SampledLaw law = make(model, 64, 1);
  const std::vector<std::uint16_t> one{1};
  CHECK(law.propensity(one, 0) == 1);
  CHECK(law.propensity_error(one, 0, 1) == 0);
}
