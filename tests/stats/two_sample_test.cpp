#include "stats/two_sample.hpp"

#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

RatioMoments mean_of(const std::vector<double>& x) {
  RatioMoments m;
  for (const double v : x) m.add(v);
  return m;
}

}  // namespace

TEST_CASE("Welch's test gives the textbook numbers") {
  // Worked by hand: means 3 and 6, variances 2.5 and 4, n 5 and 3.
  const Comparison c = compare(mean_of({1, 2, 3, 4, 5}), mean_of({4, 6, 8}), 0.05);
  const double va = 2.5 / 5, vb = 4.0 / 3;
  CHECK(c.status == TestStatus::Ok);
  CHECK(c.effect == Approx(3));
  CHECK(c.se == Approx(std::sqrt(va + vb)));
  CHECK(c.df == Approx((va + vb) * (va + vb) / (va * va / 4 + vb * vb / 2)));
  CHECK(c.p == Approx(2 * t_sf(c.effect / c.se, c.df)));
  CHECK(c.ci.low == Approx(3 - t_isf(0.025, c.df) * c.se));
  CHECK(c.ci.high == Approx(3 + t_isf(0.025, c.df) * c.se));
  CHECK(c.lift == Approx(1));
}

TEST_CASE("a mean metric is a ratio with denominator 1 to the last bit") {
  Rng rng = stream({3}, Stream::Test, entity_key(1));
  RatioMoments control, treatment;
  for (int i = 0; i < 300; ++i) control.add(lognormal(rng, 2, 1)), treatment.add(lognormal(rng, 2.2, 1));
  const Comparison c = compare(control, treatment, 0.05);
  const double va = control.m2_num / 299 / 300, vb = treatment.m2_num / 299 / 300;
  CHECK(c.control.value == control.mean_num);
  CHECK(c.control.variance == va);
  CHECK(c.se == std::sqrt(va + vb));
}

TEST_CASE("the delta-method error of a ratio matches its spread over repeated samples") {
  // 4000 samples of 200 users: the sd of a sample sd is 1/sqrt(2 * 4000) = 1.1 %, so 6 % is over five of them
  // (failure probability below 1e-6), with room for the delta method's own bias of order 1/200.
  RatioMoments ratios, predicted;
  for (std::uint64_t rep = 0; rep < 4000; ++rep) {
    Rng rng = stream({5}, Stream::Test, entity_key(rep));
    RatioMoments m;
    for (int user = 0; user < 200; ++user) {
      const double pages = 1 + poisson(rng, 4), taste = beta(rng, 2, 8);
      double clicks = 0;
      for (int i = 0; i < static_cast<int>(pages); ++i) clicks += bernoulli(rng, taste);
      m.add(clicks, pages);
    }
    const Estimate e = ratio_estimate(m);
    ratios.add(e.value);
    predicted.add(std::sqrt(e.variance));
  }
  CHECK(predicted.mean_num == Approx(std::sqrt(ratios.variance_num())).epsilon(0.06));
}

TEST_CASE("a test between equal groups cries wolf at its level") {
  // 20000 A/A tests of 15 against 25 unequal-variance normals; exact binomial bounds at 1e-6.
  std::int64_t alarms = 0;
  const std::int64_t reps = 20'000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({7}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    RatioMoments a, b;
    for (int i = 0; i < 15; ++i) a.add(3 * normal(rng));
    for (int i = 0; i < 25; ++i) b.add(normal(rng));
    alarms += compare(a, b, 0.05).p < 0.05;
  }
  // Welch's approximation itself is off by about 0.001 at these sizes.
  const Interval seen = clopper_pearson(alarms, reps, 1e-6);
  CHECK(seen.low < 0.051);
  CHECK(seen.high > 0.049);
}

TEST_CASE("the relative interval covers the true lift at its level") {
  // True lift 10 %; 4000 repetitions, exact binomial bounds at 1e-6 around 95 %, widened by 0.5 % for the first-order step.
  std::int64_t covered = 0;
  const std::int64_t reps = 4000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({9}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    RatioMoments a, b;
    for (int i = 0; i < 400; ++i) a.add(10 + 3 * normal(rng)), b.add(11 + 3 * normal(rng));
    covered += compare(a, b, 0.05).lift_ci.contains(0.1);
  }
  const Interval seen = clopper_pearson(covered, reps, 1e-6);
  CHECK(seen.low < 0.955);
  CHECK(seen.high > 0.945);
}

TEST_CASE("an offset of 1e9 does not move the effect's error") {
  const std::vector<double> a{1, 2, 4, 7, 11}, b{2, 3, 3, 9};
  std::vector<double> far_a = a, far_b = b;
  for (double& x : far_a) x += 1e9;
  for (double& x : far_b) x += 1e9;
  const Comparison near = compare(mean_of(a), mean_of(b), 0.05), far = compare(mean_of(far_a), mean_of(far_b), 0.05);
  CHECK(far.se == Approx(near.se).epsilon(1e-6));
  CHECK(far.p == Approx(near.p).epsilon(1e-5));
}

TEST_CASE("too few units give a status and no numbers that look like an answer") {
  for (const auto& small : {mean_of({}), mean_of({3})}) {
    const Comparison c = compare(small, mean_of({1, 2, 3}), 0.05);
    CHECK(c.status == TestStatus::NotEnoughData);
    CHECK(c.lift_status == TestStatus::NotEnoughData);
    CHECK(std::isnan(c.p));
    CHECK(std::isnan(c.ci.low));
  }
  CHECK(compare(mean_of({3}), mean_of({1, 2, 4.5}), 0.05).effect == Approx(-0.5));
  CHECK(to_string(TestStatus::NotEnoughData) == "not enough data");
}

TEST_CASE("denominators of 0 give not enough data") {
  RatioMoments empty_pages, pages;
  for (int i = 0; i < 5; ++i) empty_pages.add(0, 0), pages.add(i, 4);
  const Comparison c = compare(pages, empty_pages, 0.05);
  CHECK(c.status == TestStatus::NotEnoughData);
  CHECK(std::isnan(c.effect));
}

TEST_CASE("constant groups are reported as zero variance") {
  const Comparison one = compare(mean_of({2, 2, 2}), mean_of({1, 2, 4}), 0.05);
  CHECK(one.status == TestStatus::ZeroVariance);
  CHECK(one.df == Approx(2));
  CHECK(std::isfinite(one.p));
  const Comparison different = compare(mean_of({1, 1, 1}), mean_of({2, 2}), 0.05);
  CHECK(different.status == TestStatus::ZeroVariance);
  CHECK(different.t == kInfinity);
  CHECK(different.p == 0);
  CHECK(std::isnan(different.ci.low));
  const Comparison equal = compare(mean_of({1, 1, 1}), mean_of({1, 1}), 0.05);
  CHECK(equal.status == TestStatus::ZeroVariance);
  CHECK(std::isnan(equal.p));
}

TEST_CASE("a numerator in proportion to its denominator has zero variance despite rounding") {
  RatioMoments m;
  for (const double den : {1.0, 3.0, 7.0, 11.0, 0.3}) m.add(0.1 * den, den);
  CHECK(ratio_estimate(m).status == TestStatus::ZeroVariance);
  CHECK(ratio_estimate(m).variance == 0);
}

TEST_CASE("a control of 0 leaves the effect and withholds the lift") {
  const Comparison c = compare(mean_of({-1, 0, 1}), mean_of({0, 1, 3}), 0.05);
  CHECK(c.status == TestStatus::Ok);
  CHECK(c.lift_status == TestStatus::NotEnoughData);
  CHECK(std::isnan(c.lift));
  CHECK(std::isnan(c.lift_ci.low));
}

TEST_CASE("one-sided tests put all of alpha on one side") {
  const TTest greater = t_test(1.0, 0.5, 20, 0.05, Alternative::Greater);
  const TTest less = t_test(1.0, 0.5, 20, 0.05, Alternative::Less);
  const TTest two = t_test(1.0, 0.5, 20, 0.10);
  CHECK(greater.p + less.p == Approx(1));
  CHECK(greater.ci.low == Approx(two.ci.low));
  CHECK(greater.ci.high == kInfinity);
  CHECK(less.ci.high == Approx(two.ci.high));
  CHECK(t_test(1.0, 0.5, 20, 0.05, Alternative::TwoSided, 1.0).p == Approx(1));
}

TEST_CASE("a proportion uses p times 1 - p") {
  const Estimate e = proportion_estimate(30, 100);
  CHECK(e.value == Approx(0.3));
  CHECK(e.variance == Approx(0.0021));
  CHECK(proportion_estimate(0, 10).status == TestStatus::ZeroVariance);
  CHECK(proportion_estimate(0, 0).status == TestStatus::NotEnoughData);
}

TEST_CASE("the pooled error is Student's and equals Welch's for groups of one size") {
  // Worked by hand: sums of squares 10 and 8 over 6 degrees of freedom, n 5 and 3.
  const Estimate a = ratio_estimate(mean_of({1, 2, 3, 4, 5})), b = ratio_estimate(mean_of({4, 6, 8}));
  const PooledError e = pooled_error(a, b);
  CHECK(e.df == 6);
  CHECK(e.se == Approx(std::sqrt(18.0 / 6 * (1.0 / 5 + 1.0 / 3))));
  const Estimate c = ratio_estimate(mean_of({1, 1, 9}));
  CHECK(pooled_error(b, c).se == Approx(compare(b, c, 0.05).se));
  CHECK(std::isnan(pooled_error(a, ratio_estimate(mean_of({1}))).se));
}
