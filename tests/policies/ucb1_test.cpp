#include "policies/ucb1.hpp"

#include "tests/policies/pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Ucb1 make(double scale, double half_life_days = 0) {
  Ucb1::Params p;
  p.scale = scale;
  p.book.prior_weight = 0;
  p.book.half_life_days = half_life_days;
  return Ucb1(p);
}

}  // namespace

TEST_CASE("the bonus is sqrt(2 ln t / n)") {
  // 2 of 4 against 0 of 1 after t = 5: 0.5 + s 0.89706 and 0 + s 1.79412, equal at s = 0.55738. The policy must turn there.
  for (const auto& [scale, want] : {std::pair(0.5569, 0u), std::pair(0.5579, 1u), std::pair(0.1, 0u), std::pair(1.0, 1u)}) {
    Ucb1 policy = make(scale);
    policy.learn(shown(0, 4, 2));
    policy.learn(shown(1, 1, 0));
    INFO("scale " << scale);
    CHECK(first_of(policy, plain_ranking(2)) == want);
  }
}

TEST_CASE("without a prior whoever was never shown comes first and among several the best ranked") {
  Ucb1 policy = make(1);
  policy.learn(shown(0, 50, 50));
  policy.learn(shown(2, 50, 50));
  CHECK(first_of(policy, plain_ranking(4)) == 1);
  policy.learn(shown(1, 1, 0));
  CHECK(first_of(policy, plain_ranking(4)) == 3);
}

TEST_CASE("the prior's impressions count in the bonus") {
  // Both means are 0.5; 4 impressions beside the prior's 2 against 3 beside the 2.
  Ucb1::Params p;
  p.book.prior_weight = 2;
  p.book.prior_mean = 0.5;
  Ucb1 policy(p);
  policy.learn(shown(0, 4, 2));
  policy.learn(shown(1, 2, 1));
  CHECK(first_of(policy, plain_ranking(2)) == 1);
}

TEST_CASE("a half-life makes what was shown long ago uncertain again") {
  for (const double half_life : {0.0, 1.0}) {
    Ucb1 policy = make(1, half_life);
    auto old = shown(1, 4, 2), late = shown(0, 4, 2);
    for (Interaction& page : late) page.request.time = SimTime{} + kDay * 10;
    policy.learn(old);
    policy.learn(late);
    CHECK(first_of(policy, plain_ranking(2)) == (half_life > 0 ? 1u : 0u));  // else a tie, to the better ranked
  }
}
