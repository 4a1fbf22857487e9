#include "engine/rerank/calibrated.hpp"

#include <cmath>
#include <numeric>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<Candidate> of_categories(const std::vector<std::uint64_t>& categories) {
  std::vector<Candidate> v(categories.size());
  for (std::size_t i = 0; i < v.size(); ++i) v[i].traits.category = CategoryId{categories[i]};
  return v;
}

std::vector<std::uint16_t> picks_of(const CalibratedProblem& problem, const SlateLimits& limits = {}) {
  SlateRules rules;
  rules.begin(limits, problem.candidates);
  std::vector<std::uint16_t> picks;
  pick_calibrated(problem, rules, picks);
  return picks;
}

}  // namespace

TEST_CASE("taste is the shares of clicks with the smoothing spread over the candidates' categories") {
  OnlineFeatures user;
  const auto candidates = of_categories({0, 0, 1, 3});
  for (const double p : {0, 1, 3}) CHECK(category_taste(user, candidates, 1)[static_cast<std::size_t>(p)] == Approx(1.0 / 3));
  CHECK(category_taste(user, candidates, 0)[1] == Approx(1.0 / 3));  // no history and no smoothing: even
  user.category_clicks[0] = 6;
  user.category_clicks[7] = 2;
  const auto taste = category_taste(user, candidates, 3);
  CHECK(taste[0] == Approx(7.0 / 11));
  CHECK(taste[1] == Approx(1.0 / 11));
  CHECK(taste[7] == Approx(2.0 / 11));
  CHECK(std::accumulate(taste.begin(), taste.end(), 0.0) == Approx(1));
}

TEST_CASE("miscalibration is zero for a slate spread as the history and grows away from it") {
  CategoryShares taste{};
  taste[0] = 0.75;
  taste[1] = 0.25;
  const auto at = [&](int a, int b) {
    std::array<int, kFeatureCategories> counts{};
    counts[0] = a;
    counts[1] = b;
    return miscalibration(taste, counts);
  };
  CHECK(at(3, 1) == Approx(0).margin(1e-12));
  CHECK(at(4, 0) > at(7, 1));
  CHECK(at(0, 4) > at(2, 2));
  // By hand: 0.75 log(0.75 / (0.99 + 0.0075)) + 0.25 log(0.25 / 0.0025).
  CHECK(at(1, 0) == Approx(0.75 * std::log(0.75 / 0.9975) + 0.25 * std::log(100.0)));
}

TEST_CASE("every pick is the best step of the objective worked out whole") {
  for (std::uint64_t n = 0; n < 300; ++n) {
    Rng rng = stream({9}, Stream::Test, entity_key(n));
    const std::size_t size = 1 + uniform_below(rng, 40);
    std::vector<std::uint64_t> categories(size);
    std::vector<float> relevance(size);
    for (std::size_t i = 0; i < size; ++i) {
      categories[i] = uniform_below(rng, 6);
      relevance[i] = static_cast<float>(rng.uniform());
    }
    const auto candidates = of_categories(categories);
    OnlineFeatures user;
    for (std::size_t c = 0; c < 6; ++c) user.category_clicks[c] = static_cast<float>(uniform_below(rng, 10));
    const CalibratedProblem problem{relevance, candidates, category_taste(user, candidates, 0.5), 12, rng.uniform()};
    std::array<int, kFeatureCategories> counts{};
    std::vector<bool> taken(size, false);
    for (const std::uint16_t pick : picks_of(problem)) {
      const auto value = [&](std::size_t i) {
        ++counts[categories[i]];
        const double v =
            (1 - problem.lambda) * static_cast<double>(relevance[i]) - problem.lambda * miscalibration(problem.taste, counts);
        --counts[categories[i]];
        return v;
      };
      for (std::size_t i = 0; i < size; ++i)
        if (!taken[i]) REQUIRE(value(i) <= value(pick) + 1e-9);
      taken[pick] = true;
      ++counts[categories[pick]];
    }
  }
}

TEST_CASE("at lambda 1 a slate has the history's shares and at lambda 0 the order of relevance") {
  std::vector<std::uint64_t> categories(60);
  std::vector<float> relevance(60);
  for (std::size_t i = 0; i < 60; ++i) {
    categories[i] = i / 20;
    relevance[i] = 1 - static_cast<float>(i) / 60;
  }
  const auto candidates = of_categories(categories);
  OnlineFeatures user;
  user.category_clicks[0] = 10;
  user.category_clicks[1] = 6;
  user.category_clicks[2] = 4;
  CalibratedProblem problem{relevance, candidates, category_taste(user, candidates, 0), 20, 1.0};
  std::array<int, 3> shown{};
  for (const std::uint16_t i : picks_of(problem)) ++shown[categories[i]];
  CHECK(shown == std::array{10, 6, 4});
  problem.lambda = 0;
  const auto picks = picks_of(problem);
  for (std::size_t k = 0; k < picks.size(); ++k) CHECK(picks[k] == k);
}
