#include "stats/ridge_rates.hpp"

#include <array>
#include <cmath>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

RewardCells cells() {
  RewardCells c{2, {}, {}, {}};
  Rng rng = stream({2}, Stream::Test, entity_key(1));
  for (std::uint32_t a = 0; a < 5; ++a)
    for (std::uint32_t p = 5; p < 8; ++p) {
      c.features.insert(c.features.end(), {a, p});
      c.trials.push_back(20 + 30 * a);
      c.total.push_back(std::floor(c.trials.back() * (0.05 + 0.05 * a) * rng.uniform()));
    }
  return c;
}

}  // namespace

TEST_CASE("at the minimum the penalty balances what the predictions miss") {
  const RewardCells c = cells();
  for (const auto link : {RidgeRates::Link::Logistic, RidgeRates::Link::Linear}) {
    const RidgeRates fit(c, 8, 2.5, link);
    CHECK(fit.converged());
    // The intercept has no penalty, so predictions add up to the totals; every one-hot group's penalties then cancel.
    std::array<double, 8> missed{};
    double all = 0;
    for (std::size_t k = 0; k < c.trials.size(); ++k) {
      const std::array<std::uint32_t, 2> f{c.features[2 * k], c.features[2 * k + 1]};
      const double gap = c.total[k] - c.trials[k] * fit.predict(f);
      all += gap;
      for (const std::uint32_t j : f) missed[j] += gap;
    }
    CHECK(std::abs(all) < 1e-7);
    // 2 ridge w_j = missed_j: differences of predictions on the link's scale give differences of weights.
    const auto scale = [&](double y) { return link == RidgeRates::Link::Logistic ? std::log(y / (1 - y)) : y; };
    const double w1_minus_w0 =
        scale(fit.predict(std::array<std::uint32_t, 2>{1, 5})) - scale(fit.predict(std::array<std::uint32_t, 2>{0, 5}));
    CHECK(5 * w1_minus_w0 == Approx(missed[1] - missed[0]).epsilon(1e-6));
  }
}

TEST_CASE("a log without rewards is predicted to have none") {
  RewardCells c = cells();
  for (double& t : c.total) t = 0;
  const RidgeRates fit(c, 8, 2.5, RidgeRates::Link::Logistic);
  CHECK(fit.predict(std::array<std::uint32_t, 2>{1, 5}) < 1e-6);
  CHECK(RidgeRates({2, {}, {}, {}}, 8, 1, RidgeRates::Link::Linear).predict(std::array<std::uint32_t, 2>{1, 5}) == 0);
}
