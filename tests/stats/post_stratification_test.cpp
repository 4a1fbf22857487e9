#include "stats/post_stratification.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/cuped.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

RatioMoments mean_of(const std::vector<double>& x) {
  RatioMoments m;
  for (const double v : x) m.add(v);
  return m;
}

}  // namespace

TEST_CASE("a single stratum gives Welch's test") {
  Rng rng = stream({51}, Stream::Test, entity_key(1));
  RatioMoments a, b;
  for (int i = 0; i < 40; ++i) a.add(poisson(rng, 3), 1 + poisson(rng, 9));
  for (int i = 0; i < 15; ++i) b.add(poisson(rng, 4), 1 + poisson(rng, 9));
  const PostStratified one = post_stratify(std::array{Stratum{a, b}}, 0.05);
  const Comparison welch = compare(a, b, 0.05);
  CHECK(one.strata == 1);
  CHECK(one.comparison.effect == Approx(welch.effect).epsilon(1e-12));
  CHECK(one.comparison.se == Approx(welch.se).epsilon(1e-12));
  CHECK(one.comparison.df == Approx(welch.df).epsilon(1e-10));
  CHECK(one.comparison.p == Approx(welch.p).epsilon(1e-10));
  CHECK(one.comparison.lift == Approx(welch.lift).epsilon(1e-12));
  CHECK(one.comparison.lift_se == Approx(welch.lift_se).epsilon(1e-12));
  CHECK(one.comparison.control.variance == Approx(welch.control.variance).epsilon(1e-12));
}

TEST_CASE("the error of the average follows the formula") {
  // Two strata of 4 and 6 units, by hand: effects 2 and 1, variances 2/2 + 2/2 and 1/3 + 1/3.
  const std::array strata{Stratum{mean_of({0, 2}), mean_of({2, 4})}, Stratum{mean_of({9, 10, 11}), mean_of({10, 11, 12})}};
  const Comparison c = post_stratify(strata, 0.05).comparison;
  CHECK(c.effect == Approx(0.4 * 2 + 0.6 * 1));
  CHECK(c.se * c.se == Approx(0.16 * 2 + 0.36 * 2 / 3 + (0.4 * 0.36 + 0.6 * 0.16) / 10));
  CHECK(c.control.value == Approx(0.4 * 1 + 0.6 * 10));
}

TEST_CASE("stratifying undoes a split that differs between strata") {
  // Heavy users are mostly in treatment. The true effect is 1 in both strata; se is about 0.045, and 6 of these is 0.27.
  Rng rng = stream({52}, Stream::Test, entity_key(1));
  std::array<Stratum, 2> strata;
  for (int i = 0; i < 2000; ++i) {
    const bool heavy = i % 2 == 0, treated = bernoulli(rng, heavy ? 0.8 : 0.3);
    const double y = (heavy ? 20 : 5) + treated + normal(rng);
    (treated ? strata[heavy].treatment : strata[heavy].control).add(y);
  }
  const Comparison c = post_stratify(strata, 0.05).comparison;
  CHECK(c.effect == Approx(1).margin(6 * c.se));
  CHECK(c.se < 0.1);
  CHECK(compare(strata[0].control.merged(strata[1].control), strata[0].treatment.merged(strata[1].treatment), 0.05).effect > 5);
}

TEST_CASE("the stratified error matches its spread over repeated samples") {
  // 1500 samples whose strata are drawn too: a sample sd is known to 1/sqrt(3000) = 1.8 %, so 11 % is six of them.
  RatioMoments effects, lifts, se, lift_se;
  for (std::uint64_t rep = 0; rep < 1500; ++rep) {
    Rng rng = stream({53}, Stream::Test, entity_key(rep));
    std::array<CovariateStratum, 3> strata;
    for (int i = 0; i < 240; ++i) {
      const std::size_t tier = rng.uniform() < 0.5 ? 0 : 1 + (rng.uniform() < 0.5);
      const bool treated = bernoulli(rng, 0.5);
      const double x = normal(rng), level = 5 + 4 * static_cast<double>(tier);
      const double y = level + treated * (1 + static_cast<double>(tier)) + x + normal(rng);
      (treated ? strata[tier].treatment : strata[tier].control).add(y, x);
    }
    const Comparison c = post_stratify(strata, 0.05).comparison;
    effects.add(c.effect);
    lifts.add(c.lift);
    se.add(c.se);
    lift_se.add(c.lift_se);
  }
  CHECK(se.mean_num == Approx(std::sqrt(effects.variance_num())).epsilon(0.11));
  CHECK(lift_se.mean_num == Approx(std::sqrt(lifts.variance_num())).epsilon(0.11));
}

TEST_CASE("strata that lack a variant are left out and counted") {
  const Stratum good{mean_of({1, 2, 3}), mean_of({2, 3, 5})}, lonely{mean_of({7}), mean_of({1, 2})};
  const PostStratified out = post_stratify(std::array{good, lonely}, 0.05);
  CHECK(out.strata == 1);
  CHECK(out.units_left_out == 3);
  CHECK(out.comparison.effect == Approx(4.0 / 3));
  const PostStratified none = post_stratify(std::array{lonely}, 0.05);
  CHECK(none.comparison.status == TestStatus::NotEnoughData);
  CHECK(std::isnan(none.comparison.p));
  CHECK(post_stratify(std::span<const Stratum>{}, 0.05).comparison.status == TestStatus::NotEnoughData);
}

TEST_CASE("a constant stratum counts and constant strata are zero variance") {
  const Stratum idle{mean_of({0, 0, 0}), mean_of({0, 0})}, busy{mean_of({1, 2, 3}), mean_of({2, 3, 5})};
  const PostStratified out = post_stratify(std::array{idle, busy}, 0.05);
  CHECK(out.comparison.status == TestStatus::Ok);
  CHECK(out.strata == 2);
  CHECK(post_stratify(std::array{idle, idle}, 0.05).comparison.status == TestStatus::ZeroVariance);
  CHECK(post_stratify(std::array{idle, idle}, 0.05).comparison.lift_status == TestStatus::NotEnoughData);
  RatioMoments no_pages;
  for (int i = 0; i < 3; ++i) no_pages.add(0, 0);
  CHECK(post_stratify(std::array{Stratum{no_pages, no_pages}}, 0.05).comparison.status == TestStatus::NotEnoughData);
}

TEST_CASE("a stratum whose covariate is constant is not adjusted") {
  CovariateStratum s;
  for (const double y : {1.0, 2.0, 6.0}) s.control.add(y, 1), s.treatment.add(y + y, 1);
  const Comparison adjusted = post_stratify(std::array{s}, 0.05).comparison;
  const Comparison plain = post_stratify(std::array{Stratum{s.control.metric(), s.treatment.metric()}}, 0.05).comparison;
  CHECK(adjusted.se == plain.se);
  CHECK(adjusted.effect == plain.effect);
}
