#include "stats/covariate_moments.hpp"

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("moments of metric and covariate in parts give those of each alone") {
  Rng rng = stream({4}, Stream::Test, entity_key(1));
  RatioMoments y_alone, x_alone, ratio_alone, before_alone;
  CovariateMoments means[2];
  RatioCovariateMoments ratios[2];
  for (int i = 0; i < 300; ++i) {
    const double x = 1e8 + normal(rng), y = 0.7 * x + normal(rng), den = 1 + poisson(rng, 5), den_before = 1 + poisson(rng, 4);
    y_alone.add(y);
    x_alone.add(x);
    ratio_alone.add(y - 1e8, den);
    before_alone.add(x - 1e8, den_before);
    means[i % 2].add(y, x);
    ratios[i % 2].add(y - 1e8, den, x - 1e8, den_before);
  }
  const CovariateMoments mean = means[0].merged(means[1]);
  ratios[0].merge(ratios[1]);
  const auto check = [](const RatioMoments& got, const RatioMoments& want) {
    CHECK(got.n == want.n);
    CHECK(got.mean_num == Approx(want.mean_num).epsilon(1e-12));
    CHECK(got.mean_den == Approx(want.mean_den).epsilon(1e-12));
    CHECK(got.m2_num == Approx(want.m2_num).epsilon(1e-6));
    CHECK(got.m2_den == Approx(want.m2_den).epsilon(1e-9));
    CHECK(got.c == Approx(want.c).epsilon(1e-6));
  };
  check(mean.metric(), y_alone);
  check(mean.covariate(), x_alone);
  check(ratios[0].metric(), ratio_alone);
  check(ratios[0].covariate(), before_alone);
}
