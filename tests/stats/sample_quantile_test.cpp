#include "stats/sample_quantile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/moments.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<double> sorted_sample(Rng& rng, int n, double sigma) {
  std::vector<double> x(static_cast<std::size_t>(n));
  for (double& v : x) v = lognormal(rng, 1, sigma);
  std::sort(x.begin(), x.end());
  return x;
}

}  // namespace

TEST_CASE("the definitions of a quantile differ as their positions do") {
  // Ten values that are their own ranks, so the quantile is its position.
  const std::array<double, 10> x{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  using enum QuantileDefinition;
  CHECK(sample_quantile(x, 0.25) == Approx(3.25));
  CHECK(sample_quantile(x, 0.25, Hazen) == Approx(3));
  CHECK(sample_quantile(x, 0.25, Weibull) == Approx(2.75));
  CHECK(sample_quantile(x, 0.25, MedianUnbiased) == Approx(10.0 / 3 * 0.875));
  CHECK(sample_quantile(x, 0.25, NormalUnbiased) == Approx(2.9375));
  CHECK(sample_quantile(x, 0.25, InvertedCdf) == 3);
  CHECK(sample_quantile(x, 0.25, Lower) == 3);
  CHECK(sample_quantile(x, 0.25, Higher) == 4);
  CHECK(sample_quantile(x, 0.3, InvertedCdf) == 3);  // 10 * 0.3 is above 3 by rounding
  for (const auto definition : {Linear, Hazen, Weibull, MedianUnbiased, NormalUnbiased, InvertedCdf, Lower, Higher}) {
    CHECK(sample_quantile(x, 0, definition) == 1);
    CHECK(sample_quantile(x, 1, definition) == 10);
  }
  CHECK(std::isnan(sample_quantile({}, 0.5)));
}

TEST_CASE("Harrell and Davis weigh three values as the beta distribution does") {
  // n = 3, q = 1/2: Beta(2, 2) has F(x) = 3 x^2 - 2 x^3, so 7/27, 13/27 and 7/27.
  CHECK(harrell_davis(std::array{0.0, 1.0, 5.0}, 0.5) == Approx((13.0 + 7 * 5) / 27));
  CHECK(harrell_davis(std::array{4.0}, 0.3) == Approx(4));
  CHECK(std::isnan(harrell_davis({}, 0.5)));
}

TEST_CASE("the jackknife error is that of leaving out each value") {
  Rng rng = stream({61}, Stream::Test, entity_key(1));
  const std::vector<double> x = sorted_sample(rng, 25, 1);
  for (const double q : {0.1, 0.5, 0.95}) {
    RatioMoments left_out;
    for (std::size_t k = 0; k < x.size(); ++k) {
      std::vector<double> rest = x;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(k));
      left_out.add(harrell_davis(rest, q));
    }
    CHECK(harrell_davis_se(x, q) == Approx(std::sqrt(left_out.m2_num * 24 / 25)).epsilon(1e-9));
  }
  CHECK(std::isnan(harrell_davis_se(std::array{1.0}, 0.5)));
}

TEST_CASE("errors of quantiles match their spread over repeated samples") {
  // 300 samples of 50: a sample sd is known to 1/sqrt(600) = 4 %, so 25 % is six of them; the estimates' own bias adds 5 %.
  for (const double q : {0.5, 0.8}) {
    RatioMoments hd, hd_se, plain, mj_se;
    for (std::uint64_t rep = 0; rep < 300; ++rep) {
      Rng rng = stream({62}, Stream::Test, entity_key(rep));
      const std::vector<double> x = sorted_sample(rng, 50, 0.5);
      hd.add(harrell_davis(x, q));
      hd_se.add(harrell_davis_se(x, q));
      plain.add(sample_quantile(x, q));
      mj_se.add(maritz_jarrett_se(x, q));
    }
    CAPTURE(q);
    CHECK(hd_se.mean_num == Approx(std::sqrt(hd.variance_num())).epsilon(0.3));
    CHECK(mj_se.mean_num == Approx(std::sqrt(plain.variance_num())).epsilon(0.3));
    CHECK(hd.m2_num < plain.m2_num);  // what averaging order statistics is for
  }
}

TEST_CASE("weights too small to matter are left out without a trace") {
  // Ranks as values: Harrell and Davis give the mean rank, (n + 1) q to within the grid's 1/2, whatever was left out.
  std::vector<double> x(200'000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 1e9 + static_cast<double>(i);
  CHECK(harrell_davis(x, 0.99) - 1e9 == Approx(200'000 * 0.99 - 0.5).margin(0.01));
}

TEST_CASE("an extreme order statistic has no Maritz-Jarrett error") {
  const std::array x{1.0, 2.0, 3.0, 4.0, 5.0};
  CHECK(std::isnan(maritz_jarrett_se(x, 0.05)));
  CHECK(std::isnan(maritz_jarrett_se(x, 0.99)));
  CHECK(maritz_jarrett_se(x, 0.5) > 0);
  CHECK(std::isnan(maritz_jarrett_se({}, 0.5)));
}

TEST_CASE("the interval of a median covers at its level") {
  // 8000 samples of 21 from a skewed distribution; exact binomial bounds at 1e-6, widened by 0.5 % for the interpolation.
  std::int64_t covered = 0;
  const std::int64_t reps = 8000;
  Rng rng = stream({63}, Stream::Test, entity_key(1));
  for (std::int64_t rep = 0; rep < reps; ++rep) covered += median_interval(sorted_sample(rng, 21, 1), 0.05).contains(1);
  const Interval rate = clopper_pearson(covered, reps, 1e-6);
  CHECK(rate.low < 0.955);
  CHECK(rate.high > 0.945);
}

TEST_CASE("a median of few values has an interval only at levels that the extremes reach") {
  // [x_1, x_n] covers with 1 - 2^(1 - n): 0.9375 for five, 0.96875 for six.
  const std::array x{1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
  CHECK(std::isnan(median_interval(std::span(x).first(5), 0.05).low));
  CHECK(median_interval(x, 0.05).low > 1);
  CHECK(median_interval(x, 0.03125).low == Approx(1));
  CHECK(median_interval(x, 0.03125).high == Approx(6));
  CHECK(std::isnan(median_interval({}, 0.05).low));
  const Interval narrow = median_interval(x, 0.99);  // no pair is narrower than the middle one
  CHECK(narrow.low == 3);
  CHECK(narrow.high == 4);
}
