#include "policies/lin_ucb.hpp"

#include "tests/policies/pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

LinUcb make(double alpha, const char* model) {
  LinUcb::Params p;
  p.alpha = alpha;
  p.linear.model = model;
  p.linear.context = {.dims = 1, .standardise = false};
  return LinUcb(p);
}

// Two items whose features are +1 and -1.
Ranking two() {
  Ranking r = plain_ranking(2);
  r.width = 1;
  r.features = {1, -1};
  return r;
}

}  // namespace

TEST_CASE("a value is x theta plus alpha sqrt(x A^-1 x)") {
  // One click at x = (1, 1): A = [[2, 1], [1, 2]], theta = (1/3, 1/3). At (1, 1) the mean is 2/3 and the variance 2/3, at (1,
  // -1) they are 0 and 2: equal values at alpha = (2/3) / (sqrt 2 - sqrt(2/3)) = 1.11536. The policy must turn there.
  for (const auto& [alpha, want] : {std::pair(1.115, 0u), std::pair(1.116, 1u), std::pair(0.0, 0u), std::pair(50.0, 1u)}) {
    LinUcb policy = make(alpha, "shared");
    policy.learn(shown(0, 1, 1, {1}));
    INFO("alpha " << alpha);
    CHECK(first_of(policy, two()) == want);
  }
}

TEST_CASE("a disjoint model learns nothing of the other item") {
  // The same click: item 1 keeps mean 0 and variance x x' = 2 at either context, so the turn is where it was.
  Ranking same = two();
  same.features = {1, 1};
  for (const auto& [alpha, want] : {std::pair(1.115, 0u), std::pair(1.116, 1u)}) {
    LinUcb policy = make(alpha, "disjoint");
    policy.learn(shown(0, 1, 1, {1}));
    CHECK(first_of(policy, same) == want);
  }
}

TEST_CASE("the context decides once it was learned") {
  for (const char* model : {"shared", "disjoint", "hybrid"}) {
    LinUcb policy = make(0.3, model);
    for (int n = 0; n < 50; ++n) {
      policy.learn(shown(0, 1, 1, {1}));
      policy.learn(shown(0, 1, 0, {-1}));
      policy.learn(shown(1, 1, 1, {-1}));
      policy.learn(shown(1, 1, 0, {1}));
    }
    Ranking ranking = two();
    if (std::string_view(model) == "disjoint") {
      ranking.features = {1, 1};
      CHECK(first_of(policy, ranking) == 0);
      ranking.features = {-1, -1};
      CHECK(first_of(policy, ranking) == 1);
    } else {
      CHECK_NOTHROW(first_of(policy, ranking));  // clicks cancel in shared coefficients: nothing to tell them apart
    }
  }
}
