#include "policies/bootstrapped_thompson.hpp"

#include <cmath>

#include "stats/proportion.hpp"
#include "tests/policies/pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

BootstrappedThompson make(std::int64_t replicates, double prior_weight) {
  BootstrappedThompson::Params p;
  p.replicates = replicates;
  p.prior_weight = prior_weight;
  p.prior_mean = 0.5;
  return BootstrappedThompson(p);
}

}  // namespace

TEST_CASE("the share of replicates follows from Poisson weights and the prior's draw") {
  // Hardly a prior. Item 0 was shown and clicked once: where its weight is 0 (1 / e) its value is 0.5 G, G exponential of mean
  // 1, as is that of item 1, which was never shown; else it is 1. So P(0 beats 1) = (1 - 1/e) P(G < 2) + 1 / (2 e) = 0.73051.
  // 1,000 replicates: one in a million without cause.
  BootstrappedThompson policy = make(1000, 1e-6);
  policy.learn(shown(0, 1, 1));
  const double want = (1 - std::exp(-1.0)) * (1 - std::exp(-2.0)) + std::exp(-1.0) / 2;
  const double p = propensity_of(policy, plain_ranking(2), 0);
  CHECK(p == Approx(std::round(p * 1000) / 1000));
  CHECK(consistent_with_rate(std::llround(p * 1000), 1000, want, 1e-6));
}

TEST_CASE("batches do not matter and neither does the order of learning") {
  BootstrappedThompson one = make(32, 5), other = make(32, 5);
  auto pages = shown(0, 20, 8);
  const auto more = shown(1, 20, 5);
  for (std::size_t i = 0; i < pages.size(); ++i) other.learn(std::span(&pages[i], 1));
  other.learn(more);
  one.learn(more);
  one.learn(pages);
  for (std::uint64_t i = 0; i < 3; ++i)
    CHECK(propensity_of(one, plain_ranking(3), i) == propensity_of(other, plain_ranking(3), i));
}

TEST_CASE("replicates agree once much was learned and a strong prior keeps to the prediction") {
  BootstrappedThompson policy = make(32, 20);
  policy.learn(shown(2, 1000, 600));
  policy.learn(shown(0, 1000, 300));
  policy.learn(shown(1, 1000, 300));
  CHECK(propensity_of(policy, plain_ranking(3), 2) == 1);
  Ranking ranking = plain_ranking(3);
  ranking.candidates[1].heads[0] = 0.9f;
  CHECK(propensity_of(make(32, 1e9), ranking, 1) == 1);
}
