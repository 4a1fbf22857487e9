#include "policies/logistic_thompson.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("a logistic model finds the better of two items whose worth depends on the context") {
  LogisticThompson::Params params;
  params.context = {.dims = 2, .standardise = false};
  LogisticThompson policy(params);
  const auto rows = [](float user) { return std::vector<float>{user, 0, 0, user}; };  // item 0, item 1
  Rng luck = stream({2}, Stream::Test, {});
  const auto ranking_for = [&](float user) {
    Ranking r;
    r.slots = 1;
    r.width = 2;
    r.features = rows(user);
    for (std::uint64_t i = 0; i < 2; ++i) {
      r.candidates.emplace_back();
      r.candidates.back().item = ItemId{i};
      r.candidates.back().row = static_cast<std::uint16_t>(i);
    }
    return r;
  };
  for (std::uint32_t n = 0; n < 150; ++n) {
    std::vector<Interaction> pages;
    for (std::uint32_t j = 0; j < 10; ++j) {
      const float user = (n + j) % 2 ? 1.0f : -1.0f;
      Interaction page;
      const Ranking r = ranking_for(user);
      page.slate = policy.choose(r, page.request, stream({n}, Stream::Test, {j, 1, 0}));
      const bool first = page.slate.slots[0].item.value == 0;
      page.width = 2;
      page.features.assign(r.features.begin() + (first ? 0 : 2), r.features.begin() + (first ? 2 : 4));
      SlotOutcome o;
      o.seen = true;
      // Item 0 is for users of +1, item 1 for those of -1.
      o.clicked = luck.uniform() < logistic((first ? 1 : -1) * (user > 0 ? 1 : -1) - 1.0);
      page.outcome.slots.push_back(o);
      pages.push_back(page);
    }
    policy.learn(pages);
  }
  int right = 0;
  for (std::uint32_t n = 0; n < 200; ++n) {
    const float user = n % 2 ? 1.0f : -1.0f;
    right +=
        (policy.choose(ranking_for(user), {}, stream({n}, Stream::Test, {9, 9, 9})).slots[0].item.value == 0) == (user > 0);
  }
  CHECK(right > 190);
}
