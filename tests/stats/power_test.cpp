#include "stats/power.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr PlannedTest kOneSided{.alternative = Alternative::Greater};

}  // namespace

TEST_CASE("a baseline of 5 % with a lift of 2 % takes about 760000 units a variant") {
  // Lehr's rule; the exact size is lower by (1.96 + 0.84)^2 / 8 = 0.981, higher by the larger variance of the treatment.
  CHECK(rule_of_sixteen(0.05 * 0.95, 0.001) == Approx(760'000));
  const PlannedSize s = size_for(planned_rate(0.05), {}, 0.001, 0.8);
  CHECK(s.status == PlanStatus::Ok);
  CHECK(s.exact == Approx(760'000).epsilon(0.015));
  CHECK(s.control == static_cast<std::int64_t>(std::ceil(s.exact)));
  CHECK(s.total == 2 * s.control);
}

TEST_CASE("a one-sided size follows its closed form for any allocation") {
  const double z = normal_isf(0.05) + normal_isf(0.1);
  for (const double ratio : {0.2, 1.0, 3.0}) {
    PlannedTest test = kOneSided;
    test.ratio = ratio;
    const PlannedMetric metric{.control = 10, .variance = 4, .treatment_variance = 9};
    CHECK(size_for(metric, test, 0.5, 0.9).exact == Approx(z * z * (4 + 9 / ratio) / 0.25).epsilon(1e-10));
  }
}

TEST_CASE("size, power and smallest effect are one relation") {
  for (const PlannedMetric& metric : {planned_mean(3, 2), planned_rate(0.2)})
    for (const Alternative side : {Alternative::TwoSided, Alternative::Greater, Alternative::Less})
      for (const bool student : {false, true})
        for (const double margin : {0.0, 0.03}) {
          PlannedTest test{.alternative = side, .ratio = 2, .student = student};
          test.null_relative = side == Alternative::Less ? margin : -margin;
          const double effect = side == Alternative::Less ? -0.05 : 0.05;
          const PlannedSize s = size_for(metric, test, effect, 0.85);
          CAPTURE(metric.rate, static_cast<int>(side), student, margin);
          REQUIRE(s.status == PlanStatus::Ok);
          CHECK(power_of(metric, test, effect, s.exact).power == Approx(0.85).epsilon(1e-9));
          CHECK(detectable_effect(metric, test, s.exact, 0.85).effect == Approx(effect).epsilon(1e-8));
        }
}

TEST_CASE("the power of a small t test is the share of samples that it rejects") {
  // 20000 experiments of 5 against 10 normals, exact binomial bounds at 1e-6.
  const PlannedTest test{.alpha = 0.05, .ratio = 2, .student = true};
  const Power planned = power_of(planned_mean(0, 1), test, 1.2, 5);
  std::int64_t rejected = 0;
  const std::int64_t reps = 20'000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({51}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    RatioMoments a, b;
    for (int i = 0; i < 5; ++i) a.add(normal(rng));
    for (int i = 0; i < 10; ++i) b.add(1.2 + normal(rng));
    const double pooled = (a.m2_num + b.m2_num) / 13;
    rejected += t_two_sided_p((b.mean_num - a.mean_num) / std::sqrt(pooled * (1.0 / 5 + 1.0 / 10)), 13) < 0.05;
  }
  CHECK(consistent_with_rate(rejected, reps, planned.power, 1e-6));
  CHECK(power_of(planned_mean(0, 1), {.ratio = 2}, 1.2, 5).power > planned.power + 0.02);  // the normal promises too much
}

TEST_CASE("a relative margin is planned inside the test that will be made") {
  // Non-inferiority by 2 % with no effect: estimates are drawn and m_b - 0.98 m_a is tested; exact binomial bounds at 1e-6.
  PlannedTest test = kOneSided;
  test.null_relative = -0.02;
  test.ratio = 0.5;
  const PlannedMetric metric = planned_mean(10, 3);
  const PlannedSize s = size_for(metric, test, 0, 0.8);
  REQUIRE(s.status == PlanStatus::Ok);
  const double se_a = 3 / std::sqrt(s.exact), se_b = 3 / std::sqrt(s.exact / 2);
  std::int64_t rejected = 0;
  const std::int64_t reps = 20'000;
  Rng rng = stream({53}, Stream::Test, entity_key(0));
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    const double a = 10 + se_a * normal(rng), b = 10 + se_b * normal(rng);
    rejected += (b - 0.98 * a) / std::sqrt(se_b * se_b + 0.98 * 0.98 * se_a * se_a) > normal_isf(0.05);
  }
  CHECK(consistent_with_rate(rejected, reps, 0.8, 1e-6));
}

TEST_CASE("with a wide margin the smallest detectable effect is the loss that would still pass") {
  PlannedTest test = kOneSided;
  test.null_absolute = -1;
  const DetectableEffect e = detectable_effect(planned_mean(10, 3), test, 10'000, 0.9);
  const double z = normal_isf(0.05) + normal_isf(0.1);
  CHECK(e.effect == Approx(-1 + z * 3 * std::sqrt(2.0 / 10'000)).epsilon(1e-10));
  CHECK(e.lift == Approx(e.effect / 10));
}

TEST_CASE("clusters multiply the size by the design effect and a covariate leaves 1 - rho^2 of it") {
  const PlannedMetric metric = planned_mean(1, 1);
  const double plain = size_for(metric, kOneSided, 0.05, 0.8).exact;
  PlannedTest test = kOneSided;
  test.cluster_size = 20, test.icc = 0.1;
  const PlannedSize s = size_for(metric, test, 0.05, 0.8);
  CHECK(s.exact == Approx(plain * 2.9).epsilon(1e-9));
  CHECK(s.control_clusters == static_cast<std::int64_t>(std::ceil(s.exact / 20)));
  CHECK(s.control == 20 * s.control_clusters);
  test = kOneSided;
  test.rho = 0.6;
  CHECK(size_for(metric, test, 0.05, 0.8).exact == Approx(plain * 0.64).epsilon(1e-9));
}

TEST_CASE("several treatments are each planned at their part of alpha") {
  PlannedTest three = kOneSided, part = kOneSided;
  three.alpha = 0.06, three.comparisons = 3, part.alpha = 0.02;
  const PlannedSize s = size_for(planned_rate(0.1), three, 0.01, 0.8);
  CHECK(s.exact == size_for(planned_rate(0.1), part, 0.01, 0.8).exact);
  CHECK(s.total == s.control + 3 * s.treatment);
}

TEST_CASE("an impossible plan is refused by name and gives no size") {
  const auto refused = [](const PlannedSize& s, PlanStatus why) {
    CHECK(s.status == why);
    CHECK(s.control == 0);
    CHECK(s.total == 0);
    CHECK(std::isnan(s.exact));
  };
  const PlannedMetric mean = planned_mean(10, 3);
  refused(size_for(mean, {}, 0, 0.8), PlanStatus::InsideNull);
  refused(size_for(mean, kOneSided, -1, 0.8), PlanStatus::InsideNull);
  PlannedTest margin = kOneSided;
  margin.null_relative = -0.01;
  refused(size_for(mean, margin, -0.2, 0.8), PlanStatus::InsideNull);
  refused(size_for(planned_rate(0.6), {}, 0.4, 0.8), PlanStatus::NotARate);
  refused(size_for(planned_rate(0), {}, 0.1, 0.8), PlanStatus::NotARate);
  refused(size_for(planned_mean(10, 0), {}, 1, 0.8), PlanStatus::NoVariance);
  refused(size_for(planned_metric({}), {}, 1, 0.8), PlanStatus::NoVariance);
  refused(size_for(mean, {}, 1e-9, 0.8), PlanStatus::TooLarge);
  refused(size_for(mean, {.ratio = 1e15}, 1, 0.8), PlanStatus::TooLarge);
  CHECK(power_of(mean, {}, 1, 1).status == PlanStatus::TooFew);
  CHECK(std::isnan(power_of(mean, {}, 1, 1).power));
  CHECK(detectable_effect(planned_rate(0.9), {}, 10, 0.8).status == PlanStatus::TooLarge);  // not even 100 % would be seen
  CHECK(detectable_effect(mean, {}, 1, 0.8).status == PlanStatus::TooFew);
  CHECK(to_string(PlanStatus::TooLarge) == "out of reach");
}

TEST_CASE("an enormous effect still needs two units a group") {
  PlannedTest test;
  test.ratio = 0.25;
  const PlannedSize s = size_for(planned_mean(1, 1), test, 1e6, 0.8);
  CHECK(s.control == 8);
  CHECK(s.treatment == 2);
}

TEST_CASE("past data say what a ratio metric needs") {
  // 8 clicks over 4 pages a user on average: the variance is that of one user, so the size grows by 4 for half the effect.
  Rng rng = stream({55}, Stream::Test, entity_key(0));
  RatioMoments m;
  for (int i = 0; i < 500; ++i) {
    const double pages = 1 + poisson(rng, 3);
    m.add(pages * 0.3 + 0.2 * normal(rng), pages);
  }
  const Estimate past = ratio_estimate(m);
  const PlannedMetric metric = planned_metric(past);
  CHECK(metric.variance == Approx(past.variance * 500));
  // A test of the size of the past: two such groups have the standard error sqrt(2) that of the past.
  CHECK(power_of(metric, kOneSided, 0.01, 500).power ==
        Approx(normal_sf(normal_isf(0.05) - 0.01 / std::sqrt(2 * past.variance))).epsilon(1e-9));
}
