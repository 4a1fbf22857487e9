#include "stats/sequential.hpp"

#include <cmath>
#include <type_traits>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("the mixture ratio equals the integral it stands for") {
  // Integral of N(d; theta, v) / N(d; 0, v) over theta ~ N(0, tau^2), by the trapezoid rule.
  const double d = 0.7, v = 0.09, tau = 0.5, step = 1e-4;
  double integral = 0;
  for (double theta = -5; theta <= 5; theta += step)
    integral += step * std::exp(-theta * theta / (2 * tau * tau)) / (tau * std::sqrt(2 * std::acos(-1.0))) *
                std::exp((2 * d * theta - theta * theta) / (2 * v));
  CHECK(std::exp(log_mixture_ratio(d, v, tau)) == Approx(integral).epsilon(1e-8));
  CHECK(std::exp(log_mixture_ratio(d, v, tau)) ==
        Approx(std::sqrt(v / (v + tau * tau)) * std::exp(tau * tau * d * d / (2 * v * (v + tau * tau)))).epsilon(1e-12));
}

TEST_CASE("the always-valid p never grows and stays in the unit interval") {
  AlwaysValid test(0.3);
  CHECK(test.p() == 1);
  double before = 1;
  for (int i = 1; i <= 50; ++i) {
    CHECK(test.look(0.4 * std::sin(i), 1.0 / i));
    CHECK(test.p() <= before);
    CHECK(test.p() >= 0);
    before = test.p();
  }
  CHECK(test.looks() == 50);
}

TEST_CASE("the interval excludes 0 exactly when that look's ratio reaches 1 over alpha") {
  for (double d = 0; d < 1; d += 0.01) {
    AlwaysValid test(0.2);
    test.look(d, 0.01);
    CAPTURE(d);
    CHECK(test.ci(0.05).contains(0) == (test.p() > 0.05));
  }
}

TEST_CASE("looks without information change nothing") {
  AlwaysValid test(1);
  CHECK(test.ci(0.05).low == -kInfinity);
  CHECK_FALSE(test.look(kNaN, 1));
  CHECK_FALSE(test.look(1, 0));
  CHECK_FALSE(test.look(1, kNaN));
  CHECK_FALSE(test.look(1, kInfinity));
  CHECK(test.looks() == 0);
  CHECK(test.p() == 1);
  CHECK(test.look(1e300, 1e-300));  // an overwhelming look saturates instead of overflowing
  CHECK(test.p() == 0);
}

TEST_CASE("the state is plain bytes") { STATIC_REQUIRE(std::is_trivially_copyable_v<AlwaysValid>); }

TEST_CASE("peeking after every unit keeps the error below alpha") {
  // 3000 A/A streams of 400 looks each. Fails by chance with probability at most 1e-6 when the level holds.
  std::int64_t rejections = 0, naive = 0, missed = 0;
  const std::int64_t reps = 3000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({31}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    AlwaysValid test(0.2);
    double sum = 0;
    bool fooled = false, outside = false;
    for (int n = 1; n <= 400; ++n) {
      sum += normal(rng);
      test.look(sum / n, 1.0 / n);
      fooled |= std::abs(sum) > 1.959964 * std::sqrt(n);
      outside |= !test.ci(0.05).contains(0);
    }
    rejections += test.p() <= 0.05;
    naive += fooled;
    missed += outside;
  }
  CHECK(clopper_pearson(rejections, reps, 1e-6).low <= 0.05);
  CHECK(clopper_pearson(missed, reps, 1e-6).low <= 0.05);
  CHECK(clopper_pearson(naive, reps, 1e-6).low > 0.30);  // what the always-valid test protects from
}

TEST_CASE("a true effect is found") {
  Rng rng = stream({33}, Stream::Test, entity_key(0));
  AlwaysValid test(0.2);
  double sum = 0;
  for (int n = 1; n <= 2000; ++n) {
    sum += 0.3 + normal(rng);
    test.look(sum / n, 1.0 / n);
  }
  CHECK(test.p() < 1e-6);
  CHECK(test.ci(0.05).contains(0.3));
}
