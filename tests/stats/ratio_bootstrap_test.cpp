#include "stats/ratio_bootstrap.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "stats/two_sample.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Group {
  std::vector<double> num, den;
  RatioMoments moments;
};
Group drawn(Rng& rng, int units, double rate) {
  Group g;
  for (int i = 0; i < units; ++i) {
    const double pages = 2 + poisson(rng, 6);
    g.den.push_back(pages);
    g.num.push_back(pages * rate * lognormal(rng, 1, 0.5));
    g.moments.add(g.num.back(), g.den.back());
  }
  return g;
}

}  // namespace

TEST_CASE("the bootstrap error of a ratio, a difference and a lift is the delta method's") {
  // An sd of 4000 replicates has a relative error of 1.1 %: five of them, and the delta method's own bias of order 1 / 300.
  Rng rng = stream({87}, Stream::Test, entity_key(0));
  const Group a = drawn(rng, 300, 0.3), b = drawn(rng, 300, 0.33);
  const auto sa = bootstrap_ratio(a.num, a.den, 4000, {1}, 0), sb = bootstrap_ratio(b.num, b.den, 4000, {1}, 1);
  const Comparison c = compare(a.moments, b.moments, 0.05);
  CHECK(sa.estimate == Approx(c.control.value));
  CHECK(std::sqrt(sa.u2) == Approx(std::sqrt(c.control.variance)).epsilon(0.002));  // n against n - 1
  CHECK(bootstrap_se(sa) == Approx(std::sqrt(c.control.variance)).epsilon(0.06));
  CHECK(bootstrap_difference(sa, sb).estimate == Approx(c.effect));
  CHECK(bootstrap_se(bootstrap_difference(sa, sb)) == Approx(c.se).epsilon(0.06));
  CHECK(bootstrap_lift(sa, sb).estimate == Approx(c.lift));
  CHECK(bootstrap_se(bootstrap_lift(sa, sb)) == Approx(c.lift_se).epsilon(0.06));
  CHECK(std::sqrt(bootstrap_lift(sa, sb).u2) == Approx(c.lift_se).epsilon(0.002));
}

TEST_CASE("the corrected interval of a skewed mean lies further to the right") {
  // Of an exponential mean with n values BCa shifts both ends by about (z^2 + ...) acceleration, which is 1 / (3 sqrt n) here.
  Rng rng = stream({89}, Stream::Test, entity_key(0));
  std::vector<double> x, ones(60, 1.0);
  for (int i = 0; i < 60; ++i) x.push_back(exponential(rng, 1));
  const BootstrapSample s = bootstrap_ratio(x, ones, 4000, {1}, 0);
  const Interval plain = percentile_interval(s, 0.05), corrected = bca_interval(s, 0.05);
  CHECK(corrected.low > plain.low);
  CHECK(corrected.high > plain.high);
  CHECK(plain.contains(s.estimate));
  CHECK(corrected.contains(s.estimate));
}

TEST_CASE("the corrected interval covers the true ratio near its level") {
  // 600 samples of 60 units with 400 replicates; exact binomial bounds at 1e-6 around 95 %, widened by 2 % for small samples.
  std::int64_t covered = 0;
  const std::int64_t reps = 600;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({91}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    const Group g = drawn(rng, 60, 0.3);
    const auto s = bootstrap_ratio(g.num, g.den, 400, {static_cast<std::uint64_t>(rep)}, 0);
    covered += bca_interval(s, 0.05).contains(0.3 * std::exp(0.125));
  }
  const Interval seen = clopper_pearson(covered, reps, 1e-6);
  CHECK(seen.low < 0.97);
  CHECK(seen.high > 0.93);
}

TEST_CASE("a replicate depends on its number and not on how many there are") {
  Rng rng = stream({93}, Stream::Test, entity_key(0));
  const Group g = drawn(rng, 20, 0.3);
  const auto few = bootstrap_ratio(g.num, g.den, 10, {2}, 0), many = bootstrap_ratio(g.num, g.den, 30, {2}, 0);
  CHECK(std::equal(few.replicates.begin(), few.replicates.end(), many.replicates.begin()));
  CHECK(bootstrap_ratio(g.num, g.den, 10, {2}, 1).replicates != few.replicates);
}

TEST_CASE("what has no ratio or no spread has no interval") {
  const std::vector<double> none, zero{0.0, 0.0}, one{1.0, 1.0};
  CHECK(std::isnan(bootstrap_ratio(none, none, 10, {1}, 0).estimate));
  CHECK(std::isnan(bootstrap_ratio(one, zero, 10, {1}, 0).estimate));
  CHECK(std::isnan(percentile_interval(bootstrap_ratio(none, none, 10, {1}, 0), 0.05).low));
  const auto constant = bootstrap_ratio(one, one, 10, {1}, 0);
  CHECK(bootstrap_se(constant) == Approx(0).margin(1e-12));
  CHECK(std::isnan(bca_interval(constant, 0.05).low));
  CHECK(std::isnan(bootstrap_lift(bootstrap_ratio(zero, one, 10, {1}, 0), constant).estimate));
}
