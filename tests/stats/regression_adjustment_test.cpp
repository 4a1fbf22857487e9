#include "stats/regression_adjustment.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/cuped.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Unit {
  bool treated;
  std::array<double, 3> xy;  // two covariates, then y
};

// Residuals of treatment vary more; the true effect is 1.
std::vector<Unit> sample(Rng& rng, int n, double treated_share) {
  std::vector<Unit> out;
  for (int i = 0; i < n; ++i) {
    const bool treated = bernoulli(rng, treated_share);
    const double x1 = normal(rng), x2 = 0.5 * x1 + normal(rng);
    out.push_back({treated, {x1, x2, treated + x1 - x2 + (treated ? 2 : 1) * normal(rng)}});
  }
  return out;
}

std::array<VectorMoments, 2> moments_of(const std::vector<Unit>& units) {
  std::array parts{VectorMoments(3), VectorMoments(3), VectorMoments(3), VectorMoments(3)};
  for (std::size_t i = 0; i < units.size(); ++i) parts[2 * (i % 2) + units[i].treated].add(units[i].xy);
  parts[0].merge(parts[2]);
  parts[1].merge(parts[3]);
  return {parts[0], parts[1]};
}

RobustSums second_pass(const RegressionAdjustment& fit, const std::vector<Unit>& units) {
  RobustSums parts[2];
  for (std::size_t i = 0; i < units.size(); ++i) fit.add(parts[i % 2], units[i].treated, units[i].xy);
  return parts[0].merged(parts[1]);
}

}  // namespace

TEST_CASE("without covariates both regressions are the difference of means") {
  std::array m{VectorMoments(1), VectorMoments(1)};
  RatioMoments a, b;
  for (const double y : {1.0, 2.0, 3.0, 7.0}) m[0].add(std::array{y}), a.add(y);
  for (const double y : {3.0, 5.0, 9.0}) m[1].add(std::array{y}), b.add(y);
  const Comparison welch = compare(a, b, 0.05);
  for (const Slopes slopes : {Slopes::Common, Slopes::ByVariant}) {
    const RegressionAdjustment fit(m[0], m[1], slopes);
    CHECK(fit.effect() == Approx(welch.effect));
    CHECK(fit.se_by_variant() == Approx(welch.se));
    CHECK(fit.se() == Approx(std::sqrt((a.m2_num + b.m2_num) / 5 * (1.0 / 4 + 1.0 / 3))));
    CHECK(fit.variance_removed() == Approx(0).margin(1e-12));
    CHECK(fit.df() == 5);
  }
}

TEST_CASE("with its own slopes a variant is predicted at the mean covariate of both") {
  // Exact lines: control y = 1 + x at x = 0, 1, 2; treatment y = 5 + 3 x at x = 1, 2, 6. The mean x is 2: 11 - 3.
  std::array m{VectorMoments(2), VectorMoments(2)};
  for (const double x : {0.0, 1.0, 2.0}) m[0].add(std::array{x, 1 + x});
  for (const double x : {1.0, 2.0, 6.0}) m[1].add(std::array{x, 5 + 3 * x});
  const RegressionAdjustment lin(m[0], m[1], Slopes::ByVariant);
  CHECK(lin.effect() == Approx(8));
  CHECK(lin.status() == TestStatus::ZeroVariance);
  CHECK(lin.se() == 0);
  CHECK(lin.r_squared() == Approx(1));
  // One slope by hand: within sums of squares 2 and 14, of products 2 and 42.
  const RegressionAdjustment common(m[0], m[1], Slopes::Common);
  CHECK(common.effect() == Approx(14 - 2 - 44.0 / 16 * 2));
}

TEST_CASE("every error of the adjusted effect matches its spread over repeated samples") {
  // 1000 samples of 150, covariates drawn anew: a sample sd is known to 1/sqrt(2000) = 2.2 %, so 14 % is six of them. The
  // classical error takes the variances of the variants for equal and is 15 % too small here or more.
  RatioMoments effects, by_variant, hc2, hc3, classical;
  for (std::uint64_t rep = 0; rep < 1000; ++rep) {
    Rng rng = stream({96}, Stream::Test, entity_key(rep));
    const auto units = sample(rng, 150, 0.25);
    const auto m = moments_of(units);
    const RegressionAdjustment fit(m[0], m[1], Slopes::ByVariant);
    const RobustSums sums = second_pass(fit, units);
    effects.add(fit.effect());
    by_variant.add(fit.se_by_variant());
    classical.add(fit.se());
    hc2.add(fit.se(sums, RobustKind::Hc2));
    hc3.add(fit.se(sums, RobustKind::Hc3));
  }
  const double spread = std::sqrt(effects.variance_num());
  CHECK(effects.mean_num == Approx(1).margin(6 * spread / std::sqrt(1000)));
  CHECK(by_variant.mean_num == Approx(spread).epsilon(0.14));
  CHECK(hc2.mean_num == Approx(spread).epsilon(0.14));
  CHECK(hc3.mean_num > hc2.mean_num);
  CHECK(classical.mean_num < 0.85 * spread);
}

TEST_CASE("Lin's estimator gains where one slope for both variants harms") {
  // Opposite slopes and an uneven split: adjusting by a common slope adds noise.
  RatioMoments plain, common, lin;
  for (std::uint64_t rep = 0; rep < 500; ++rep) {
    Rng rng = stream({97}, Stream::Test, entity_key(rep));
    std::array m{VectorMoments(2), VectorMoments(2)};
    for (int i = 0; i < 200; ++i) {
      const bool treated = i % 10 == 0;
      const double x = normal(rng);
      m[treated].add(std::array{x, (treated ? -1 : 1) * x + 0.3 * normal(rng)});
    }
    plain.add(m[1].mean[1] - m[0].mean[1]);
    common.add(RegressionAdjustment(m[0], m[1], Slopes::Common).effect());
    lin.add(RegressionAdjustment(m[0], m[1], Slopes::ByVariant).effect());
  }
  CHECK(common.variance_num() > 1.5 * plain.variance_num());
  CHECK(lin.variance_num() < 0.7 * plain.variance_num());
}

TEST_CASE("a common slope with one covariate is CUPED with the slope within variants") {
  Rng rng = stream({98}, Stream::Test, entity_key(1));
  std::array m{VectorMoments(2), VectorMoments(2)};
  CovariateMoments pairs[2];
  for (int i = 0; i < 60; ++i) {
    const double x = 1e6 + normal(rng), y = 0.5 * x + normal(rng);
    m[i % 2].add(std::array{x, y});
    pairs[i % 2].add(y, x);
  }
  CupedCoefficient within = cuped_coefficient(pairs);
  within.theta = (pairs[0].pair.c + pairs[1].pair.c) / (pairs[0].pair.m2_den + pairs[1].pair.m2_den);
  const RegressionAdjustment fit(m[0], m[1], Slopes::Common);
  CHECK(fit.effect() == Approx(cuped(pairs[0], pairs[1], within, 0.05).adjusted.effect).epsilon(1e-7));
}

TEST_CASE("with its own slopes the adjusted means of both variants are the regression's test") {
  Rng rng = stream({97}, Stream::Test, entity_key(3));
  const auto m = moments_of(sample(rng, 400, 0.3));
  const RegressionAdjustment fit(m[0], m[1], Slopes::ByVariant);
  const Comparison c = compare(fit.adjusted(false), fit.adjusted(true), 0.05);
  CHECK(c.status == TestStatus::Ok);
  CHECK(c.effect == Approx(fit.effect()).epsilon(1e-12));
  CHECK(c.se == Approx(fit.se_by_variant()).epsilon(1e-12));
  CHECK(c.control.n + c.treatment.n == fit.n());
  CHECK(RegressionAdjustment(m[0], m[1], Slopes::Common).adjusted(true).status == TestStatus::NotEnoughData);
}

TEST_CASE("linearised units have the ratios for means and the delta method's variances, and their slope is CUPED's theta") {
  Rng rng = stream({97}, Stream::Test, entity_key(4));
  RatioCovariateMoments m;
  for (int i = 0; i < 500; ++i) {
    const double rate = 0.1 + 0.2 * rng.uniform(), before = 5 + 5 * rng.uniform(), den = 10 + 10 * rng.uniform();
    m.add(den * rate + normal(rng), den, before * rate + normal(rng), before);
  }
  const VectorMoments l = m.linearised();
  const Estimate y = ratio_estimate(m.metric()), x = ratio_estimate(m.covariate());
  CHECK(l.n == 500);
  CHECK(l.mean[0] == Approx(x.value));
  CHECK(l.mean[1] == Approx(y.value));
  CHECK(l.variance_of_mean(std::array{1.0, 0.0}) == Approx(x.variance));
  CHECK(l.variance_of_mean(std::array{0.0, 1.0}) == Approx(y.variance));
  CHECK(l.products[2] / l.products[0] == Approx(cuped_coefficient(std::span(&m, 1)).theta));
  RatioCovariateMoments without;
  without.add(1, 1, 0, 0);
  CHECK(without.linearised().n == 0);
  CHECK(RatioCovariateMoments{}.linearised().n == 0);
}

TEST_CASE("collinear covariates, too few units and a partial second pass are named") {
  std::array m{VectorMoments(3), VectorMoments(3)};
  for (int i = 0; i < 20; ++i) m[i % 2].add(std::array{1.0 * i, 2.0 * i, 1.0 * (i * i)});
  for (const Slopes slopes : {Slopes::Common, Slopes::ByVariant}) {
    const RegressionAdjustment fit(m[0], m[1], slopes);
    CHECK(fit.status() == TestStatus::NotEnoughData);
    CHECK(std::isnan(fit.effect()));
    CHECK(std::isnan(fit.se(RobustSums{.n = 20}, RobustKind::Hc0)));
    CHECK(RegressionAdjustment(VectorMoments(2), VectorMoments(2), slopes).status() == TestStatus::NotEnoughData);
  }
  Rng rng = stream({99}, Stream::Test, entity_key(1));
  const auto units = sample(rng, 30, 0.5);
  const auto good = moments_of(units);
  const RegressionAdjustment fit(good[0], good[1], Slopes::Common);
  CHECK(fit.status() == TestStatus::Ok);
  RobustSums sums = second_pass(fit, units);
  CHECK(fit.se(sums, RobustKind::Hc1) == Approx(fit.se(sums, RobustKind::Hc0) * std::sqrt(30.0 / 26)));
  --sums.n;
  CHECK(std::isnan(fit.se(sums, RobustKind::Hc0)));
}
