#include "policies/exp3.hpp"

#include <cmath>

#include "tests/policies/pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Exp3 make(double gamma, double eta_scale, double prior_weight = 0) {
  Exp3::Params p;
  p.gamma = gamma;
  p.eta_scale = eta_scale;
  p.prior_weight = prior_weight;
  return Exp3(p);
}

std::vector<Interaction> clicked_at(std::uint64_t item, float propensity) {
  auto pages = shown(item, 1, 1);
  pages[0].slate.slots[0].propensity = propensity;
  return pages;
}

}  // namespace

TEST_CASE("a click counts by the inverse of its propensity at rate gamma over K") {
  // Exp3 of the paper with K = 2 and gamma = 0.1: one click at propensity 1 / 4 is a gain of 4, so weights are e^(0.05 * 4) and
  // 1, and P = 0.9 e^0.2 / (e^0.2 + 1) + 0.05 = 0.544851.
  Exp3 policy = make(0.1, 1);
  CHECK(propensity_of(policy, plain_ranking(2), 0) == Approx(0.5));
  policy.learn(clicked_at(0, 0.25f));
  CHECK(propensity_of(policy, plain_ranking(2), 0) == Approx(0.544851).margin(1e-6));
  policy.learn(shown(1, 20, 0));  // without a click nothing is gained
  CHECK(propensity_of(policy, plain_ranking(2), 0) == Approx(0.544851).margin(1e-6));
}

TEST_CASE("the uniform share is kept whatever was gained") {
  Exp3 policy = make(0.2, 100);
  for (int n = 0; n < 50; ++n) policy.learn(clicked_at(2, 0.5f));
  CHECK(propensity_of(policy, plain_ranking(4), 2) == Approx(0.85));
  CHECK(propensity_of(policy, plain_ranking(4), 0) == Approx(0.05));
}

TEST_CASE("the prior is the ranker's prediction in gains") {
  // 10 impressions at 0.3 and at 0.1: gains of 3 and 1; eta = 0.5 * 4 / 2 = 1.
  Ranking ranking = plain_ranking(2);
  ranking.candidates[0].heads[0] = 0.1f;
  ranking.candidates[1].heads[0] = 0.3f;
  const double share = std::exp(2.0) / (1 + std::exp(2.0));
  CHECK(propensity_of(make(0.5, 4, 10), ranking, 1) == Approx(0.5 * share + 0.25).epsilon(1e-6));
}
