#include "stats/divergence.hpp"

#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "stats/interval.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Weights = std::vector<double>;

TEST_CASE("divergences of two coins are their sums written out") {
  const Weights p{0.3, 0.7}, q{0.6, 0.4}, m{0.45, 0.55};
  const auto kl = [](const Weights& a, const Weights& b) {
    return a[0] * std::log(a[0] / b[0]) + a[1] * std::log(a[1] / b[1]);
  };
  CHECK(kl_divergence(p, q) == Approx(kl(p, q)).epsilon(1e-13));
  CHECK(jensen_shannon(p, q) == Approx((kl(p, m) + kl(q, m)) / 2).epsilon(1e-13));
  CHECK(hellinger(p, q) == Approx(std::sqrt(1 - std::sqrt(0.18) - std::sqrt(0.28))).epsilon(1e-13));
  const Weights smoothed{0.99 * 0.6 + 0.01 * 0.3, 0.99 * 0.4 + 0.01 * 0.7};
  CHECK(miscalibration(p, q) == Approx(kl(p, smoothed)).epsilon(1e-13));
}

TEST_CASE("Jensen-Shannon is symmetric, its root a metric, and ln 2 between strangers") {
  Rng rng = stream({91}, Stream::Test, {});
  const Weights alpha(6, 0.4);
  for (int i = 0; i < 200; ++i) {
    const Weights a = dirichlet(rng, alpha), b = dirichlet(rng, alpha), c = dirichlet(rng, alpha);
    CHECK(jensen_shannon(a, b) == Approx(jensen_shannon(b, a)).epsilon(1e-13));
    CHECK(std::sqrt(jensen_shannon(a, c)) <= std::sqrt(jensen_shannon(a, b)) + std::sqrt(jensen_shannon(b, c)) + 1e-12);
    CHECK(jensen_shannon(a, b) <= std::log(2) + 1e-14);
    CHECK(hellinger(a, c) <= hellinger(a, b) + hellinger(b, c) + 1e-12);
  }
  const Weights left{2, 1, 0, 0}, right{0, 0, 1, 5};
  CHECK(jensen_shannon(left, right) == Approx(std::log(2)).epsilon(1e-14));
  CHECK(hellinger(left, right) == Approx(1).epsilon(1e-14));
  CHECK(kl_divergence(left, right) == kInfinity);
  CHECK(std::isfinite(miscalibration(left, right)));
}

TEST_CASE("near twins differ by their second order, to many digits") {
  // With p = (1 + e) / 2 against even odds: JS = e^2 / 8 and KL = e^2 / 2 to order e^4, Hellinger = e / sqrt 8.
  const double e = 1e-6;
  const Weights p{1 + e, 1 - e}, even{1, 1};
  CHECK(jensen_shannon(p, even) / (e * e / 8) == Approx(1).epsilon(1e-9));
  CHECK(kl_divergence(p, even) / (e * e / 2) == Approx(1).epsilon(1e-8));
  CHECK(hellinger(p, even) / (e / std::sqrt(8.0)) == Approx(1).epsilon(1e-8));
}

TEST_CASE("scale does not matter, equal mixes lie at zero and a side without weight is undefined") {
  const Weights p{3, 1, 0}, scaled{30, 10, 0}, none{0, 0, 0};
  for (const auto measure : {kl_divergence, jensen_shannon, hellinger}) {
    CHECK(measure(p, scaled) == Approx(0).margin(1e-15));
    CHECK(std::isnan(measure(p, none)));
    CHECK(std::isnan(measure(none, p)));
    CHECK(std::isnan(measure({}, {})));
  }
  CHECK(miscalibration(p, scaled) == Approx(0).margin(1e-15));
  CHECK(std::isnan(miscalibration(p, none)));
}

TEST_CASE("miscalibration grows as a list forgets an interest") {
  const Weights user{0.7, 0.3};
  double last = -1;
  for (const double lesser : {0.3, 0.2, 0.1, 0.0}) {
    const double now = miscalibration(user, Weights{1 - lesser, lesser});
    CHECK(now > last);
    last = now;
  }
}
