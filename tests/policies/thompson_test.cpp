#include "policies/thompson.hpp"

#include <cmath>

#include "stats/tails.hpp"
#include "tests/policies/pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Thompson thompson(double scale = 1, const char* posterior = "beta") {
  Thompson::Params p;
  p.scale = scale;
  p.posterior = posterior;
  p.book.prior_weight = 2;
  p.book.prior_mean = 0.5;
  return Thompson(p);
}

}  // namespace

TEST_CASE("one click turns a uniform posterior into Beta(2, 1) which beats another uniform twice in three") {
  // P(V > U) for V of density 2 v is the integral of 2 v * v, 2 / 3; without a click V of density 2 (1 - v) wins once in three.
  for (const int clicks : {0, 1}) {
    Thompson policy = thompson();
    policy.learn(shown(1, 1, clicks));
    const double want = clicks ? 2.0 / 3 : 1.0 / 3;
    CHECK(propensity_of(policy, plain_ranking(2), 1) == Approx(want).margin(1e-6));
    CHECK(propensity_of(policy, plain_ranking(2), 0) == Approx(1 - want).margin(1e-6));
  }
}

TEST_CASE("posteriors count clicks and misses of the item beside the prior's two") {
  // 3 clicks of 9 and 2 of 4 from uniform priors: Beta(4, 7) and Beta(3, 3). With whole parameters P(A > B) = sum over i < 4 of
  // B(3 + i, 7 + 3) / ((7 + i) B(1 + i, 7) B(3, 3)).
  Thompson policy = thompson();
  policy.learn(shown(0, 9, 3));
  policy.learn(shown(1, 4, 2));
  double want = 0;
  for (int i = 0; i < 4; ++i) want += std::beta(3.0 + i, 10.0) / ((7.0 + i) * std::beta(1.0 + i, 7.0) * std::beta(3.0, 3.0));
  CHECK(propensity_of(policy, plain_ranking(2), 0) == Approx(want).margin(1e-6));
}

TEST_CASE("scale s counts every observation s^-2 times") {
  // Beta(2, 1) against the uniform at scale 1 / sqrt(2): Beta(4, 2) against Beta(2, 2), by the same sum.
  Thompson policy = thompson(std::sqrt(0.5));
  policy.learn(shown(0, 1, 1));
  double want = 0;
  for (int i = 0; i < 4; ++i) want += std::beta(2.0 + i, 4.0) / ((2.0 + i) * std::beta(1.0 + i, 2.0) * std::beta(2.0, 2.0));
  CHECK(propensity_of(policy, plain_ranking(2), 0) == Approx(want).margin(1e-6));
}

TEST_CASE("Gaussian posteriors have the variance of a share") {
  // 30 of 48 and the prior's 1 of 2: mean 0.62, variance 0.62 * 0.38 / 50; the other 0.5 with 0.25 / 2.
  for (const double scale : {0.5, 1.0}) {
    Thompson policy = thompson(scale, "gaussian");
    policy.learn(shown(0, 48, 30));
    const double spread = scale * std::sqrt(0.62 * 0.38 / 50 + 0.25 / 2);
    CHECK(propensity_of(policy, plain_ranking(2), 0) == Approx(normal_sf(-0.12 / spread)).margin(1e-6));
  }
}

TEST_CASE("what was learned decides in the end and the ranker's prediction before") {
  Thompson policy = thompson();
  Ranking ranking = plain_ranking(2);
  ranking.candidates[1].heads[0] = 0.9f;
  CHECK(propensity_of(policy, ranking, 1) > 0.7);
  auto pages = shown(1, 500, 50);
  for (Interaction& page : pages) page.slate.slots[0].heads[0] = 0.9f;
  policy.learn(pages);
  policy.learn(shown(0, 500, 250));
  CHECK(propensity_of(policy, ranking, 0) > 0.999);
}
