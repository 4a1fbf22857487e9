#include "policies/kl_ucb.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("the KL bound spends its budget exactly and no more") {
  for (const double mean : {1e-4, 0.004, 0.3, 0.99})
    for (const double n : {0.5, 20.0, 1e6})
      for (const double budget : {0.01, 3.0, 14.0}) {
        const double q = kl_upper_bound(mean, n, budget);
        INFO(mean << " " << n << " " << budget << " -> " << q);
        const double spent = n * (mean * std::log(mean / q) + (1 - mean) * std::log((1 - mean) / (1 - q)));
        CHECK(q >= mean);
        CHECK(q <= 1);
        if (q < 1 - 1e-9) CHECK(spent == Approx(budget).epsilon(1e-3));
      }
  CHECK(kl_upper_bound(0.2, 0, 5) == 1);
  CHECK(kl_upper_bound(0.2, 10, 0) == Approx(0.2));
}

TEST_CASE("the lazy search finds the candidate whose bound is the largest") {
  KlUcb policy({});
  Ranking ranking;
  ranking.slots = 1;
  Rng rng = stream({3}, Stream::Test, {});
  for (int trial = 0; trial < 200; ++trial) {
    ranking.candidates.clear();
    for (std::uint64_t i = 0; i < 30; ++i) {
      ranking.candidates.emplace_back();
      ranking.candidates.back().item = ItemId{i};
      ranking.candidates.back().heads[0] = static_cast<float>(0.01 + 0.2 * rng.uniform());
    }
    const Slate slate = policy.choose(ranking, {}, rng);
    double best = 0;
    std::uint32_t want = 0;
    for (const Candidate& c : ranking.candidates) {
      const double q = kl_upper_bound(static_cast<double>(c.heads[0]), 20, 0);
      if (q > best) best = q, want = c.item.value;
    }
    CHECK(slate.slots[0].item.value == want);
    CHECK(slate.slots[0].propensity == 1);
    std::vector<Interaction> pages(1);
    pages[0].slate = slate;
    pages[0].outcome.slots.resize(1);
    policy.learn(pages);  // unseen: nothing changes
  }
}
