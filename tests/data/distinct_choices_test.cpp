#include "data/distinct_choices.hpp"

#include <cmath>
#include <numeric>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("of alike items, those chosen are the closed form's") {
  const DistinctChoices alike = fit_distinct_choices(std::vector<std::int64_t>(10, 6), std::vector<std::int64_t>(20, 3));
  REQUIRE(alike.weight.size() == 1);
  CHECK(alike.weight[0] == Approx(1.0 / 20));
  CHECK(alike.items[0] == 20);
  CHECK(alike.expected(6) == Approx(20 * (1 - std::exp(-6.0 / 20))));
  CHECK(alike.expected(0) == 0);
  CHECK(alike.expected(1e9) == Approx(20));
}

// Users of planted rates choose each of 300 items at most once. A user's own luck averages out over 500 users, and the weights'
// errors over items: the curve is within 3 % of the planted one, of which luck makes 1 % (8,000 events in each part of it).
TEST_CASE("planted weights say how many different items so many choices make") {
  std::vector<double> weight(300);
  for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = 1 / static_cast<double>(i + 10);
  const double total = std::accumulate(weight.begin(), weight.end(), 0.0);
  for (double& w : weight) w /= total;
  std::vector<std::int64_t> by_user(500), by_item(300);
  for (std::size_t u = 0; u < by_user.size(); ++u) {
    Rng rng = stream(Seed{4}, Stream::Test, entity_key(u));
    const double choices = lognormal(rng, 60, 1);
    for (std::size_t i = 0; i < weight.size(); ++i)
      if (bernoulli(rng, -std::expm1(-choices * weight[i]))) {
        ++by_user[u];
        ++by_item[i];
      }
  }
  const DistinctChoices fit = fit_distinct_choices(by_user, by_item);
  CHECK(std::inner_product(fit.weight.begin(), fit.weight.end(), fit.items.begin(), 0.0) == Approx(1));
  for (const double choices : {5.0, 50.0, 200.0, 1000.0}) {
    double truth = 0;
    for (const double w : weight) truth -= std::expm1(-choices * w);
    INFO(choices << " choices: " << fit.expected(choices) << " of " << truth);
    CHECK(fit.expected(choices) == Approx(truth).epsilon(0.03));
  }
  CHECK(fit.expected(1000) < 0.3 * 1000);
}

TEST_CASE("one user who chose everything, or one item, is no division by nothing") {
  const DistinctChoices all = fit_distinct_choices(std::vector<std::int64_t>{3}, std::vector<std::int64_t>{1, 1, 1, 0});
  CHECK(all.expected(1e6) == Approx(3));
  const DistinctChoices one = fit_distinct_choices(std::vector<std::int64_t>{1, 1}, std::vector<std::int64_t>{2});
  CHECK(one.expected(1e6) == Approx(1));
  CHECK(std::isfinite(one.expected(0.5)));
}
