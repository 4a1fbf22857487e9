#include "stats/cuped.hpp"

#include <cmath>
#include <span>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Normal metric and covariate of correlation rho, unit variances, with an effect on the metric.
CovariateMoments sample(Rng& rng, int n, double rho, double effect) {
  CovariateMoments m;
  for (int i = 0; i < n; ++i) {
    const double x = normal(rng), noise = normal(rng);
    m.add(10 + effect + rho * x + std::sqrt(1 - rho * rho) * noise, 10 + x);
  }
  return m;
}

}  // namespace

TEST_CASE("CUPED leaves 1 - rho^2 of the variance") {
  // 40000 units: rho is known to 1/sqrt(n) = 0.005, so 1 - rho^2 = 0.64 to 2 rho 0.005 = 0.006; 0.04 is over six of these.
  Rng rng = stream({21}, Stream::Test, entity_key(1));
  const Cuped c = cuped(sample(rng, 20'000, 0.6, 0), sample(rng, 20'000, 0.6, 0.1), 0.05);
  CHECK(c.variance_removed == Approx(0.36).margin(0.04));
  CHECK(c.variance_removed == Approx(c.coefficient.rho * c.coefficient.rho).margin(0.005));  // pooled with the effect in it
  CHECK(c.coefficient.theta == Approx(0.6).margin(0.04));
  CHECK(c.adjusted.se < c.unadjusted.se);
  CHECK(c.balance.effect == Approx(0).margin(6 * c.balance.se));  // failure probability 2e-9
}

TEST_CASE("adjusted tests between equal groups cry wolf at their level") {
  // 3000 A/A tests of 60 units each; exact binomial bounds at 1e-6 around 5 %, widened by 0.5 % for theta's estimation.
  std::int64_t alarms = 0, lifts_missed = 0;
  const std::int64_t reps = 3000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({22}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    const Cuped c = cuped(sample(rng, 60, 0.8, 0), sample(rng, 60, 0.8, 0), 0.05);
    alarms += c.adjusted.p < 0.05;
    lifts_missed += !c.adjusted.lift_ci.contains(0);
  }
  for (const std::int64_t seen : {alarms, lifts_missed}) {
    const Interval rate = clopper_pearson(seen, reps, 1e-6);
    CHECK(rate.low < 0.055);
    CHECK(rate.high > 0.045);
  }
}

TEST_CASE("the adjusted error of a ratio matches its spread over repeated samples") {
  // 500 samples of 200 users in each of two groups: a sample sd is known to 1/sqrt(1000) = 3.2 %, so 19 % is six of them.
  RatioMoments effects, predicted, plain;
  for (std::uint64_t rep = 0; rep < 500; ++rep) {
    Rng rng = stream({23}, Stream::Test, entity_key(rep));
    RatioCovariateMoments groups[2];
    for (RatioCovariateMoments& g : groups)
      for (int user = 0; user < 200; ++user) {
        const double taste = beta(rng, 2, 6);
        double clicks[2] = {}, pages[2] = {};
        for (int period = 0; period < 2; ++period) {
          pages[period] = 5 + poisson(rng, 15);
          for (int i = 0; i < static_cast<int>(pages[period]); ++i) clicks[period] += bernoulli(rng, taste);
        }
        g.add(clicks[1], pages[1], clicks[0], pages[0]);
      }
    const Cuped c = cuped(groups[0], groups[1], 0.05);
    effects.add(c.adjusted.effect);
    predicted.add(c.adjusted.se);
    plain.add(c.unadjusted.se);
  }
  CHECK(predicted.mean_num == Approx(std::sqrt(effects.variance_num())).epsilon(0.19));
  CHECK(predicted.mean_num < 0.75 * plain.mean_num);  // tastes repeat, so most of the variance goes
}

TEST_CASE("a ratio with denominators of 1 is adjusted like the mean that it is") {
  // Their thetas differ by the between-variant part alone, so both are given the same one.
  Rng rng = stream({24}, Stream::Test, entity_key(1));
  CovariateMoments means[2];
  RatioCovariateMoments ratios[2];
  for (int v = 0; v < 2; ++v)
    for (int i = 0; i < 50; ++i) {
      const double x = 5 + normal(rng), y = 3 + x + normal(rng);
      means[v].add(y, x);
      ratios[v].add(y, 1, x, 1);
    }
  const CupedCoefficient theta = cuped_coefficient(means);
  const Cuped mean = cuped(means[0], means[1], theta, 0.05), ratio = cuped(ratios[0], ratios[1], theta, 0.05);
  CHECK(ratio.adjusted.effect == Approx(mean.adjusted.effect).epsilon(1e-12));
  CHECK(ratio.adjusted.se == Approx(mean.adjusted.se).epsilon(1e-12));
  CHECK(ratio.adjusted.df == Approx(mean.adjusted.df).epsilon(1e-12));
  CHECK(ratio.coefficient.centre == Approx(mean.coefficient.centre));
}

TEST_CASE("a common offset of 1e8 does not move the adjusted test") {
  CovariateMoments near[2], far[2];
  Rng rng = stream({25}, Stream::Test, entity_key(1));
  for (int i = 0; i < 200; ++i) {
    const double x = normal(rng), y = x + 0.5 * normal(rng);
    near[i % 2].add(y, x);
    far[i % 2].add(y + 1e8, x + 1e8);
  }
  const Cuped a = cuped(near[0], near[1], 0.05), b = cuped(far[0], far[1], 0.05);
  CHECK(b.adjusted.se == Approx(a.adjusted.se).epsilon(1e-6));
  CHECK(b.adjusted.effect == Approx(a.adjusted.effect).margin(1e-6));
}

TEST_CASE("a covariate without variation leaves the plain test") {
  CovariateMoments a, b;
  for (const double y : {1.0, 2.0, 4.0}) a.add(y, 3), b.add(y + 1, 3);
  const Cuped c = cuped(a, b, 0.05);
  CHECK(c.coefficient.theta == 0);
  CHECK(std::isnan(c.coefficient.rho));
  CHECK(c.adjusted.p == c.unadjusted.p);
  CHECK(c.adjusted.lift_se == c.unadjusted.lift_se);
  CHECK(c.variance_removed == 0);
  CHECK(c.balance.status == TestStatus::ZeroVariance);

  RatioCovariateMoments none[2];  // nobody had a page before
  for (int i = 0; i < 4; ++i) none[i % 2].add(i, 2 + i % 3, 0, 0);
  const Cuped r = cuped(none[0], none[1], 0.05);
  CHECK(r.coefficient.theta == 0);
  CHECK(r.adjusted.p == r.unadjusted.p);
  CHECK(r.balance.status == TestStatus::NotEnoughData);
}

TEST_CASE("a variant without pages before leaves its own comparison unadjusted and the others' as they were") {
  Rng rng = stream({26}, Stream::Test, entity_key(1));
  RatioCovariateMoments groups[4];  // the third had no pages before, the fourth has no unit
  for (int i = 0; i < 90; ++i) {
    const double taste = rng.uniform();
    groups[i % 3].add(taste + 0.1 * rng.uniform(), 1, i % 3 == 2 ? 0 : taste, i % 3 == 2 ? 0 : 1);
  }
  const CupedCoefficient all = cuped_coefficient(groups), two = cuped_coefficient(std::span(groups).first(2));
  CHECK(all.theta == two.theta);
  CHECK(all.theta > 0.5);
  const Cuped without = cuped(groups[0], groups[2], all, 0.05);
  CHECK(without.coefficient.theta == 0);
  CHECK(without.adjusted.p == without.unadjusted.p);
  CHECK(cuped(groups[0], groups[1], all, 0.05).variance_removed > 0.5);
}

TEST_CASE("too few units and a covariate that explains everything are named") {
  CovariateMoments one, some, same[2];
  one.add(1, 1);
  for (const double y : {1.0, 2.0, 4.0}) some.add(y, y * y), same[0].add(y, y), same[1].add(y + 0.5, y + 0.5);
  const Cuped few = cuped(one, some, 0.05);
  CHECK(few.adjusted.status == TestStatus::NotEnoughData);
  CHECK(few.adjusted.lift_status == TestStatus::NotEnoughData);
  CHECK(std::isnan(few.adjusted.p));
  CHECK(cuped(CovariateMoments{}, CovariateMoments{}, 0.05).adjusted.status == TestStatus::NotEnoughData);
  CHECK(cuped(RatioCovariateMoments{}, RatioCovariateMoments{}, 0.05).adjusted.status == TestStatus::NotEnoughData);
  const Cuped all = cuped(same[0], same[1], 0.05);
  CHECK(all.adjusted.status == TestStatus::ZeroVariance);
  CHECK(all.variance_removed == 1);
}
