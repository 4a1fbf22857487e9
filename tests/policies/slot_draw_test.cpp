#include "policies/slot_draw.hpp"

#include <cmath>
#include <map>

#include "base/distributions.hpp"
#include "policies/propensity.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Law {
  double epsilon;
  std::size_t draw(Rng& rng, std::span<const std::uint16_t> admitted, std::size_t) const {
    return bernoulli(rng, epsilon) ? uniform_below(rng, static_cast<std::uint32_t>(admitted.size())) : 0;
  }
  double propensity(std::span<const std::uint16_t> admitted, std::size_t i, std::size_t) const {
    return epsilon_greedy_propensity(epsilon, static_cast<int>(i), static_cast<int>(admitted.size()));
  }
};

Ranking ranking_of(std::uint64_t n, int slots) {
  Ranking r;
  r.slots = slots;
  for (std::uint64_t i = 0; i < n; ++i) {
    r.candidates.emplace_back();
    r.candidates.back().item = ItemId{i};
    r.candidates.back().traits.category = CategoryId{i % 3};
    r.candidates.back().traits.creator = CreatorId{i / 3};
  }
  return r;
}

struct Sum {
  std::int64_t n = 0;
  double x = 0, squares = 0;
  void add(double v) {
    ++n;
    x += v;
    squares += v * v;
  }
  double mean() const { return x / static_cast<double>(n); }
  double error() const {
    return std::sqrt(std::max(0.0, squares / static_cast<double>(n) - mean() * mean()) / static_cast<double>(n));
  }
};

// Draws slates and hands each on with its estimated marginals.
template <class Use>
void each_slate(const Ranking& ranking, double epsilon, std::uint64_t slates, int draws, Use use) {
  SlateRules rules;
  for (std::uint64_t n = 0; n < slates; ++n) {
    Rng rng = stream({29}, Stream::Exploration, entity_key(n));
    Slate slate = draw_slate(ranking, Law{epsilon}, rng, rules);
    estimate_marginals(ranking, Law{epsilon}, rng, draws, rules, slate);
    use(slate);
  }
}

}  // namespace

TEST_CASE("estimated marginals are unbiased: their mean is the closed form where there is one") {
  // 5 standard errors for each of up to 32 comparisons: 2e-5 that any fails without cause.
  const Ranking ranking = ranking_of(8, 4);
  std::map<std::pair<std::size_t, std::uint32_t>, Sum> means;
  each_slate(ranking, 0.4, 4000, 8, [&](const Slate& slate) {
    for (std::size_t k = 0; k < 4; ++k) means[{k, slate.slots[k].item.value}].add(static_cast<double>(slate.slots[k].marginal));
  });
  for (const auto& [at, sum] : means) {
    if (sum.n < 50) continue;
    const double want = epsilon_greedy_marginals(0.4, 8, static_cast<int>(at.second), 4)[at.first];
    INFO("slot " << at.first << " item " << at.second << " n " << sum.n << " want " << want << " mean " << sum.mean());
    CHECK(std::fabs(sum.mean() - want) <= 5 * sum.error() + 1e-6);
  }
}

TEST_CASE("under rules the mean of the estimates is the frequency") {
  Ranking ranking = ranking_of(8, 4);
  ranking.limits.per_category = ranking.limits.creator_run = 1;
  constexpr std::uint64_t kSlates = 6000;
  std::map<std::pair<std::size_t, std::uint32_t>, Sum> means;
  each_slate(ranking, 0.4, kSlates, 8, [&](const Slate& slate) {
    for (std::size_t k = 0; k < 4; ++k) means[{k, slate.slots[k].item.value}].add(static_cast<double>(slate.slots[k].marginal));
  });
  for (const auto& [at, sum] : means) {
    if (sum.n < 50) continue;
    const double rate = static_cast<double>(sum.n) / kSlates, error = std::sqrt(rate * (1 - rate) / kSlates);
    INFO("slot " << at.first << " item " << at.second << " rate " << rate << " mean " << sum.mean());
    CHECK(std::fabs(sum.mean() - rate) <= 5 * std::hypot(error, sum.error()));
  }
}

TEST_CASE("the declared error covers the estimate's distance from the truth") {
  const Ranking ranking = ranking_of(8, 4);
  std::int64_t slots = 0, within = 0;
  each_slate(ranking, 0.4, 1000, 32, [&](const Slate& slate) {
    CHECK(slate.slots[0].marginal_error == 0);
    CHECK(static_cast<double>(slate.slots[0].marginal) == Approx(static_cast<double>(slate.slots[0].propensity)));
    for (std::size_t k = 1; k < 4; ++k) {
      const Slot& s = slate.slots[k];
      const double want = epsilon_greedy_marginals(0.4, 8, static_cast<int>(s.item.value), 4)[k];
      CHECK(s.marginal_error > 0);
      ++slots;
      within += std::fabs(static_cast<double>(s.marginal) - want) <= 2 * static_cast<double>(s.marginal_error);
    }
  });
  // Two standard errors hold at least nine times in ten; of 3,000 a tenth more would be 18 standard deviations off.
  CHECK(static_cast<double>(within) >= 0.9 * static_cast<double>(slots));
}

TEST_CASE("a law without chance has exact marginals of one") {
  Ranking ranking = ranking_of(8, 4);
  ranking.limits.per_category = 1;
  each_slate(ranking, 0, 5, 4, [](const Slate& slate) {
    for (const Slot& s : slate.slots) {
      CHECK(s.marginal == 1);
      CHECK(s.marginal_error == 0);
    }
  });
}
