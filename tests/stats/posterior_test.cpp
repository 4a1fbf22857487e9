#include "stats/posterior.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("under a flat prior the posterior is the likelihood and its interval the confidence interval") {
  const EffectPosterior p = effect_posterior(0.3, 0.2, {}, 0.1);
  const TTest t = t_test(0.3, 0.2, kInfinity, 0.1);
  CHECK(p.status == TestStatus::Ok);
  CHECK(p.mean == 0.3);
  CHECK(p.sd == 0.2);
  CHECK(p.ci.low == Approx(t.ci.low).epsilon(1e-14));
  CHECK(p.ci.high == Approx(t.ci.high).epsilon(1e-14));
  CHECK(1 - p.chance_to_win == Approx(t.p / 2).epsilon(1e-12));
}

TEST_CASE("a prior as sharp as the data takes half the weight") {
  const EffectPosterior p = effect_posterior(1, 0.5, {-1, 0.25}, 0.05);
  CHECK(p.mean == Approx(0).margin(1e-15));
  CHECK(p.sd == Approx(0.5 / std::sqrt(2.0)).epsilon(1e-14));
  CHECK(p.chance_to_win == Approx(0.5).epsilon(1e-14));
  // z = 0: E max(x, 0) = sd / sqrt(2 pi).
  CHECK(p.loss_keep == Approx(p.sd * 0.3989422804014327).epsilon(1e-14));
  CHECK(p.loss_ship == Approx(p.loss_keep).epsilon(1e-14));
}

TEST_CASE("the two losses differ by the posterior mean and swap where smaller is better") {
  for (const double estimate : {-2.0, -0.1, 0.4, 3.0}) {
    const EffectPosterior up = effect_posterior(estimate, 0.7, {0.1, 2}, 0.05);
    const EffectPosterior down = effect_posterior(estimate, 0.7, {0.1, 2}, 0.05, Better::Smaller);
    CHECK(up.loss_keep - up.loss_ship == Approx(up.mean).epsilon(1e-12));
    CHECK(down.loss_keep == up.loss_ship);
    CHECK(down.loss_ship == up.loss_keep);
    CHECK(up.chance_to_win + down.chance_to_win == Approx(1).epsilon(1e-14));
    CHECK(down.mean == up.mean);
  }
}

TEST_CASE("losses far out follow their asymptotic series instead of vanishing") {
  // E max(x, 0) at z = -20 is sd phi(z) / z^2 (1 - 3 / z^2 + 15 / z^4 - 105 / z^6 + 945 / z^8 - 10395 / z^10).
  const EffectPosterior p = effect_posterior(-20, 1, {}, 0.05);
  const double phi = std::exp(-200) * 0.3989422804014327;
  CHECK(p.loss_keep / (phi / 400 * (1 - 3 / 400. + 15 / 1.6e5 - 105 / 6.4e7 + 945 / 2.56e10 - 10395 / 1.024e13)) ==
        Approx(1).epsilon(1e-10));
  CHECK(p.chance_to_win == Approx(normal_sf(20)).epsilon(1e-12).margin(0));
}

TEST_CASE("truths drawn from the prior lie in nine of ten 90 percent intervals and win as often as was said") {
  // Calibration of a posterior is exact under its own prior. Each count fails without cause one time in a million.
  Rng rng = stream({71}, Stream::Test, {});
  const NormalPrior prior{0.02, 0.0009};
  std::int64_t covered = 0, wins = 0, confident = 0;
  constexpr std::int64_t kWorlds = 20'000;
  double chances = 0;
  for (std::int64_t i = 0; i < kWorlds; ++i) {
    const double truth = prior.mean + 0.03 * normal(rng), se = 0.01 + 0.05 * rng.uniform();
    const EffectPosterior p = effect_posterior(truth + se * normal(rng), se, prior, 0.1);
    covered += p.ci.contains(truth);
    if (p.chance_to_win < 0.8) continue;
    ++confident;
    wins += truth > 0;
    chances += p.chance_to_win;
  }
  CHECK(consistent_with_rate(covered, kWorlds, 0.9, 1e-6));
  REQUIRE(confident > 1000);
  // A sum of unequal Bernoullis varies less than one of their mean rate.
  CHECK(consistent_with_rate(wins, confident, chances / static_cast<double>(confident), 1e-6));
}

TEST_CASE("one prior of the lift serves the difference in any unit") {
  RatioMoments control, treatment;
  Rng rng = stream({72}, Stream::Test, {});
  for (int i = 0; i < 400; ++i) control.add(-8 + normal(rng)), treatment.add(-7.9 + normal(rng));
  const NormalPrior prior{0.01, 0.0004};
  const Comparison c = compare(control, treatment, 0.05);
  const EffectPosterior d = difference_posterior(c, prior);
  const double scale = std::abs(c.control.value);
  const EffectPosterior by_hand = effect_posterior(c.effect / scale, c.se / scale, prior, 0.05);
  CHECK(d.mean == Approx(by_hand.mean * scale).epsilon(1e-12));
  CHECK(d.sd == Approx(by_hand.sd * scale).epsilon(1e-12));
  CHECK(d.chance_to_win == Approx(by_hand.chance_to_win).epsilon(1e-12));
  // The lift's own posterior also carries the error of the control's value.
  CHECK(lift_posterior(c, {}).sd == Approx(c.lift_se).epsilon(1e-14));
}

TEST_CASE("degenerate estimates name their reason and give no number") {
  const auto undefined = [](const EffectPosterior& p, TestStatus status) {
    CHECK(p.status == status);
    CHECK(std::isnan(p.mean));
    CHECK(std::isnan(p.chance_to_win));
    CHECK(std::isnan(p.ci.low));
    CHECK(std::isnan(p.loss_ship));
  };
  undefined(effect_posterior(1, 0, {}, 0.05), TestStatus::ZeroVariance);
  undefined(effect_posterior(kNaN, 1, {}, 0.05), TestStatus::NotEnoughData);
  undefined(effect_posterior(1, kNaN, {}, 0.05), TestStatus::NotEnoughData);
  undefined(lift_posterior(compare(RatioMoments{}, RatioMoments{}, 0.05), {}), TestStatus::NotEnoughData);
  RatioMoments zero, one;
  for (const double x : {-1.0, 1.0}) zero.add(x), one.add(x + 1);
  const Comparison c = compare(zero, one, 0.05);
  undefined(lift_posterior(c, {}), TestStatus::NotEnoughData);
  undefined(difference_posterior(c, {0, 1}), TestStatus::NotEnoughData);
  CHECK(difference_posterior(c, {}).mean == 1);
}

TEST_CASE("a prior far sharper than the data is the posterior and a far wider one is not felt") {
  const EffectPosterior sharp = effect_posterior(5, 1, {0.5, 1e-40}, 0.05), wide = effect_posterior(5, 1, {0.5, 1e300}, 0.05);
  CHECK(sharp.mean == Approx(0.5).epsilon(1e-14));
  CHECK(sharp.sd == Approx(1e-20).epsilon(1e-12));
  CHECK(wide.mean == 5);
  CHECK(wide.sd == 1);
}

TEST_CASE("the better of two normals is a normal tail of their difference") {
  for (const double gap : {0.0, 0.5, 3.0, 30.0})
    for (const double sd : {0.01, 1.0, 7.0}) {
      const auto p = chance_best(std::vector{0.0, gap}, std::vector{1.0, sd});
      const double z = gap / std::sqrt(1 + sd * sd);
      CAPTURE(gap, sd);
      CHECK(p[0] == Approx(normal_sf(z)).epsilon(1e-11).margin(0));
      CHECK(p[1] == Approx(normal_sf(-z)).epsilon(1e-11));
    }
}

TEST_CASE("chances of being the best add up to one and equals share them") {
  Rng rng = stream({73}, Stream::Test, {});
  std::vector<double> mean, sd;
  for (int k = 0; k < 40; ++k) mean.push_back(normal(rng)), sd.push_back(0.05 + 3 * rng.uniform());
  double sum = 0;
  for (const double p : chance_best(mean, sd)) sum += p;
  CHECK(sum == Approx(1).epsilon(1e-11));
  for (const double p : chance_best(std::vector(5, 0.3), std::vector(5, 2.0))) CHECK(p == Approx(0.2).epsilon(1e-12));
}

TEST_CASE("variants without an estimate take no part in the choice of the best") {
  const auto p = chance_best(std::vector{0.0, kNaN, 0.0, 9.0}, std::vector{1.0, 1.0, 1.0, 0.0});
  CHECK(p[0] == Approx(0.5).epsilon(1e-12));
  CHECK(std::isnan(p[1]));
  CHECK(p[2] == Approx(0.5).epsilon(1e-12));
  CHECK(std::isnan(p[3]));
  CHECK(chance_best(std::vector{4.0}, std::vector{1.0})[0] == 1);
  CHECK(chance_best({}, {}).empty());
}
