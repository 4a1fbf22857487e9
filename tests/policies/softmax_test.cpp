#include "policies/softmax.hpp"

#include <cmath>

#include "tests/policies/pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

Softmax make(double temperature, const char* values = "ranking") {
  Softmax::Params p;
  p.temperature = temperature;
  p.values = values;
  p.book.prior_weight = 0;
  return Softmax(p);
}

}  // namespace

TEST_CASE("scores of T ln 3 and T ln 2 and 0 are drawn as 3 to 2 to 1 and what is left likewise") {
  constexpr double kTemperature = 0.25;
  Ranking ranking = plain_ranking(3, 3);
  ranking.candidates[0].score = static_cast<float>(kTemperature * std::log(3.0));
  ranking.candidates[1].score = static_cast<float>(kTemperature * std::log(2.0));
  const Softmax policy = make(kTemperature);
  const double weight[]{3, 2, 1};
  for (std::uint64_t n = 0; n < 100; ++n) {
    const Slate slate = policy.choose(ranking, {}, luck(n));
    double left = 6;
    for (const Slot& slot : slate.slots) {  // Plackett-Luce
      CHECK(static_cast<double>(slot.propensity) == Approx(weight[slot.item.index()] / left).epsilon(1e-6));
      left -= weight[slot.item.index()];
    }
  }
}

TEST_CASE("a low temperature is greedy and a high one uniform") {
  Ranking ranking = plain_ranking(4);
  for (std::size_t i = 0; i < 4; ++i) ranking.candidates[i].score = 1 - 0.1f * static_cast<float>(i);
  CHECK(propensity_of(make(0.001), ranking, 0) == Approx(1));
  for (std::uint64_t i = 0; i < 4; ++i) CHECK(propensity_of(make(1e6), ranking, i) == Approx(0.25).epsilon(1e-5));
}

TEST_CASE("counted clicks can be weighed instead of scores") {
  // 3 of 4 against 1 of 4 at temperature 0.5: e^1.5 to e^0.5, that is e to 1.
  Softmax policy = make(0.5, "counts");
  policy.learn(shown(0, 4, 1));
  policy.learn(shown(1, 4, 3));
  CHECK(propensity_of(policy, plain_ranking(2), 1) == Approx(std::exp(1.0) / (1 + std::exp(1.0))).epsilon(1e-6));
}
