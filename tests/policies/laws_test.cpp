#include "policies/laws.hpp"

#include <array>
#include <cmath>

#include "stats/proportion.hpp"
#include "tests/policies/pages.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("draws by weight are as likely as their weights among who is admitted") {
  // Weights 1, 2, 3, 4 with a uniform share of 0.2, the third barred: 0.2 / 3 + 0.8 w / 7.
  const WeightLaw law({1, 2, 3, 4}, 0.2);
  const std::vector<std::uint16_t> admitted{0, 1, 3};
  const double weight[]{1, 2, 4};
  std::array<std::int64_t, 3> drawn{};
  constexpr std::int64_t kDraws = 50'000;
  Rng rng = luck(1);
  for (std::int64_t n = 0; n < kDraws; ++n) ++drawn[law.draw(rng, admitted)];
  for (std::size_t i = 0; i < 3; ++i) {
    const double want = 0.2 / 3 + 0.8 * weight[i] / 7;
    CHECK(law.propensity(admitted, i) == Approx(want));
    CHECK(consistent_with_rate(drawn[i], kDraws, want, 3e-7));
  }
}

TEST_CASE("the largest value wins and the better ranked of equals") {
  const LargestLaw law({0.1, 0.7, 0.3, 0.7});
  Rng rng = luck(1);
  const std::vector<std::uint16_t> all{0, 1, 2, 3}, without{0, 2, 3};
  CHECK(law.draw(rng, all) == 1);
  CHECK(law.propensity(all, 1) == 1);
  CHECK(law.propensity(all, 3) == 0);
  CHECK(law.draw(rng, without) == 2);
  CHECK(law.certain());
}

TEST_CASE("Boltzmann weights are ratios of exponentials and none vanishes") {
  const std::vector<double> values{2, 1, -1e9};
  const auto w = boltzmann_weights(values, 0.5);
  CHECK(w[0] == 1);
  CHECK(w[1] == Approx(std::exp(-2.0)));
  CHECK(w[2] == 1e-300);
  CHECK(boltzmann_weights({}, 1).empty());
}
