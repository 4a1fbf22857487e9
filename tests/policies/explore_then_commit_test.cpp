#include "policies/explore_then_commit.hpp"

#include "tests/policies/pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

ExploreThenCommit make(double impressions) {
  ExploreThenCommit::Params p;
  p.impressions = impressions;
  p.book.prior_weight = 0;
  return ExploreThenCommit(p);
}

}  // namespace

TEST_CASE("whoever was shown too little is drawn uniformly and nobody else") {
  ExploreThenCommit policy = make(5);
  policy.learn(shown(0, 5, 5));
  policy.learn(shown(1, 4, 4));
  CHECK(propensity_of(policy, plain_ranking(4), 0) == 0);
  for (std::uint64_t i = 1; i < 4; ++i) CHECK(propensity_of(policy, plain_ranking(4), i) == Approx(1.0 / 3));
  // A slate goes on with the best of those judged once all others stand.
  const Slate slate = policy.choose(plain_ranking(4, 4), {}, luck(1));
  CHECK(slate.slots[3].item == ItemId{0});
  CHECK(slate.slots[3].propensity == 1);
}

TEST_CASE("once all are judged the best is shown for good and what it does then changes nothing") {
  ExploreThenCommit policy = make(5);
  policy.learn(shown(0, 5, 2));
  policy.learn(shown(1, 5, 3));
  policy.learn(shown(2, 5, 1));
  CHECK(propensity_of(policy, plain_ranking(3), 1) == 1);
  policy.learn(shown(1, 1000, 0));
  CHECK(propensity_of(policy, plain_ranking(3), 1) == 1);
  CHECK(propensity_of(policy, plain_ranking(4), 3) == 1);  // an upload is explored alone
}

TEST_CASE("without impressions to make it commits to the ranker's prediction at once") {
  Ranking ranking = plain_ranking(3);
  ranking.candidates[2].heads[0] = 0.2f;
  CHECK(propensity_of(make(0), ranking, 2) == 1);
}
