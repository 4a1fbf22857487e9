#include "stats/quantile_metric.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/moments.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("bracketing levels are the binomial error of the level") {
  const Interval levels = bracket_levels(0.9, 900);
  CHECK(levels.low == Approx(0.9 - 1.959964 * 0.01));
  CHECK(levels.high == Approx(0.9 + 1.959964 * 0.01));
  CHECK(std::isnan(bracket_levels(0.5, 0).low));
}

TEST_CASE("the error of a quantile metric matches its spread, clustered or not") {
  // 800 samples: a sample sd is known to 1/sqrt(1600) = 2.5 %, so 15 % is six of them; the bracket's own bias adds 5 %.
  for (const double between : {0.0, 1.0}) {
    RatioMoments values, clustered, independent;
    for (std::uint64_t rep = 0; rep < 800; ++rep) {
      Rng rng = stream({71}, Stream::Test, entity_key(rep));
      struct Event {
        int user;
        double x;
      };
      std::vector<Event> events;
      const int users = 120;
      for (int user = 0; user < users; ++user) {
        const double level = between * normal(rng);
        const int count = 1 + static_cast<int>(poisson(rng, 7));
        for (int i = 0; i < count; ++i) events.push_back({user, level + normal(rng)});
      }
      std::vector<double> x;
      for (const Event& e : events) x.push_back(e.x);
      std::sort(x.begin(), x.end());
      const QuantileBracket bracket = quantile_bracket(x, 0.7);
      std::vector<double> below(users), all(users);
      for (const Event& e : events) {
        below[static_cast<std::size_t>(e.user)] += e.x < bracket.value;
        ++all[static_cast<std::size_t>(e.user)];
      }
      RatioMoments sums;
      for (std::size_t user = 0; user < users; ++user) sums.add(below[user], all[user]);
      const Estimate e = quantile_estimate(bracket, sums);
      values.add(e.value);
      clustered.add(std::sqrt(e.variance));
      independent.add(std::sqrt(quantile_estimate(bracket).variance));
      CHECK(e.n == users);
    }
    const double spread = std::sqrt(values.variance_num());
    CAPTURE(between);
    CHECK(clustered.mean_num == Approx(spread).epsilon(0.2));
    if (between > 0)
      CHECK(independent.mean_num < 0.7 * spread);
    else
      CHECK(independent.mean_num == Approx(spread).epsilon(0.2));
  }
}

TEST_CASE("a bracket that was read for fewer events is narrowed to those there are") {
  const QuantileBracket now{.n = 400, .n_levels = 400, .level = 0.5, .value = 10, .lower = 8, .upper = 12};
  QuantileBracket early = now;
  early.n_levels = 100;
  CHECK(quantile_estimate(early).variance == Approx(quantile_estimate(now).variance / 4));
  CHECK(quantile_estimate(now).variance == Approx(399.0 / 400 * 4 / (1.959964 * 1.959964)));
}

TEST_CASE("levels out of reach, ties and users without events are named") {
  std::vector<double> x(50);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
  const Estimate high = quantile_estimate(quantile_bracket(x, 0.99));  // 0.99 + 1.96 * 0.014 is beyond 1
  CHECK(high.status == TestStatus::NotEnoughData);
  CHECK(high.value == 49);
  CHECK(std::isnan(high.variance));
  CHECK(quantile_estimate(quantile_bracket(x, 0.5)).status == TestStatus::Ok);
  const std::vector<double> tied(1000, 3.0);
  CHECK(quantile_estimate(quantile_bracket(tied, 0.5)).status == TestStatus::ZeroVariance);
  CHECK(quantile_estimate(quantile_bracket({}, 0.5)).status == TestStatus::NotEnoughData);
  CHECK(quantile_estimate(quantile_bracket(x, 0.5), RatioMoments{}).status == TestStatus::NotEnoughData);
  CHECK(std::isnan(quantile_estimate(quantile_bracket(x, 0.5), RatioMoments{}).variance));
}
