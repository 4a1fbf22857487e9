#include "stats/anytime_t.hpp"

#include <cmath>
#include <numbers>

#include <boost/math/distributions/non_central_t.hpp>

#include "base/distributions.hpp"
#include "stats/confidence_sequence.hpp"
#include "stats/interval.hpp"
#include "stats/moments.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("the e-value is the mixture of noncentral t densities over the central one") {
  // One mean: t has noncentrality lambda sqrt(n) for a mean of lambda standard deviations, lambda ~ N(0, 1 / g).
  const double n = 8, df = 7, g = 2, step = 0.01;
  const boost::math::students_t_distribution<double> central(df);
  for (const double t : {0.3, 1.7, -4.0}) {
    double mixed = 0;
    for (double lambda = -5; lambda <= 5; lambda += step)
      mixed += step * std::sqrt(g / (2 * std::numbers::pi)) * std::exp(-g * lambda * lambda / 2) *
               boost::math::pdf(boost::math::non_central_t_distribution<double>(df, lambda * std::sqrt(n)), t);
    CAPTURE(t);
    CHECK(AnytimeT{n, df, g}.log_e(t) == Approx(std::log(mixed / boost::math::pdf(central, t))).epsilon(1e-6));
  }
}

TEST_CASE("p is alpha at the radius") {
  for (const double alpha : {0.001, 0.05})
    for (const double n : {20.0, 400.0, 1e7}) {
      const AnytimeT test{n, n - 3, 50};
      CAPTURE(alpha, n);
      const double radius = test.radius(alpha);
      CHECK((std::isinf(radius) || test.p(radius) == Approx(alpha).epsilon(1e-7)));
      CHECK(radius > test.large_sample_radius(alpha));
    }
  CHECK(std::isinf(AnytimeT{3, 1, 50}.radius(0.05)));  // an e-value below 20 whatever t is
  CHECK(AnytimeT{3, 1, 50}.log_e(1e150) < std::log(20));
  CHECK(AnytimeT{100, 98, 50}.log_e(1e200) == AnytimeT{100, 98, 50}.log_e(kInfinity));
  CHECK(AnytimeT{100, 98, 50}.log_e(kInfinity) == Approx(0.5 * (std::log(1.0 / 3) + 99 * std::log(3))));
  CHECK(AnytimeT{100, 98, 50}.log_e(0) == Approx(0.5 * std::log(1.0 / 3)));
}

TEST_CASE("in large samples it is a confidence sequence") {
  const double n = 1e9, g = 3000;
  CHECK(AnytimeT{n, n - 2, g}.radius(0.05) == Approx(std::sqrt(n) * mixture_margin(n, 1 / std::sqrt(g), 0.05)).epsilon(1e-7));
}

TEST_CASE("nothing in gives nothing out") {
  CHECK(std::isnan(AnytimeT{10, 8, 1}.log_e(kNaN)));
  CHECK(std::isnan(AnytimeT{10, 8, 1}.p(kNaN)));
}

TEST_CASE("looking from the third value on keeps the level") {
  // 3000 streams of 150 normal values. Fails by chance with probability at most 1e-6 when the level holds.
  const std::int64_t reps = 3000;
  std::int64_t rejections = 0;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({44}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    RatioMoments m;
    bool fooled = false;
    for (int i = 1; i <= 150; ++i) {
      m.add(normal(rng));
      if (i < 3) continue;
      const double n = i;
      fooled |= AnytimeT{n, n - 1, 1}.p(m.mean_num / std::sqrt(m.variance_num() / n)) <= 0.05;
    }
    rejections += fooled;
  }
  CHECK(clopper_pearson(rejections, reps, 1e-6).low <= 0.05);
  CHECK(rejections > reps / 200);  // and is not idle
}
