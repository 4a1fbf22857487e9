#include "stats/running_power.hpp"

#include <cmath>

#include "stats/power.hpp"
#include "stats/sequential.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("an extended test has the power of a test planned at its final size") {
  // sd 2, 400 units a group so far.
  const RunningTest running{.effect = 0.25, .se = 2 * std::sqrt(2.0 / 400)};
  for (const double extension : {0.0, 0.5, 3.0})
    CHECK(extended_power(running, extension) ==
          Approx(power_of(planned_mean(1, 2), {}, 0.25, 400 * (1 + extension)).power).epsilon(1e-10));
}

TEST_CASE("the extension needed has the power asked for") {
  RunningTest running{.effect = 0.02, .se = 0.015, .alpha = 0.1};
  CHECK(extended_power(running, extension_for(running, 0.9)) == Approx(0.9).epsilon(1e-9));
  running.mixture = 4;
  CHECK(extended_power(running, extension_for(running, 0.9)) == Approx(0.9).epsilon(1e-9));
  running.effect = 1;
  CHECK(extension_for(running, 0.9) == 0);
  running.effect = 0;
  CHECK(extension_for(running, 0.9) == kInfinity);
  running.se = 0;
  CHECK(std::isnan(extension_for(running, 0.9)));
}

TEST_CASE("the always-valid critical value is where the mixture ratio reaches 1 over alpha") {
  for (const double mixture : {0.1, 1.0, 30.0}) {
    const double z = always_valid_critical(mixture, 0.05);
    CHECK(log_mixture_ratio(z, 1, std::sqrt(mixture)) == Approx(std::log(20.0)).epsilon(1e-12));
    CHECK(z > normal_isf(0.025));
  }
}

TEST_CASE("the tuned mixture makes the interval narrowest where it was tuned for") {
  // To a first order: the optimum of the closed form is approximate, within 2 % of the narrowest width.
  const double tuned = always_valid_critical(tuned_mixture(5000, 5000, 0.05), 0.05);
  double narrowest = kInfinity;
  for (double mixture = 0.5; mixture < 100; mixture *= 1.01)
    narrowest = std::min(narrowest, always_valid_critical(mixture, 0.05));
  CHECK(tuned >= narrowest * (1 - 1e-6));
  CHECK(tuned < narrowest * 1.02);
}
