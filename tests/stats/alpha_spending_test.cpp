#include "stats/alpha_spending.hpp"

#include <cmath>
#include <numbers>

#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using enum SpendingFamily;

TEST_CASE("every spending function ascends from nothing to alpha") {
  for (const SpendingFunction f :
       {SpendingFunction{ObrienFleming}, {Pocock}, {Power, 3}, {HwangShihDeCani, -4}, {HwangShihDeCani, 2}}) {
    CAPTURE(to_string(f.family));
    CHECK(alpha_spent(f, 0.05, 0) == 0);
    CHECK(alpha_spent(f, 0.05, -1) == 0);
    double before = 0;
    for (double t = 0.1; t < 0.95; t += 0.1) {
      CHECK(alpha_spent(f, 0.05, t) > before);
      before = alpha_spent(f, 0.05, t);
    }
    CHECK(before < 0.05);
    CHECK(alpha_spent(f, 0.05, 1) == 0.05);
    CHECK(alpha_spent(f, 0.05, 1.7) == 0.05);
    CHECK(alpha_spent(f, 0.05, 1 - 1e-12) == Approx(0.05).epsilon(1e-9));
  }
}

TEST_CASE("half the information leaves what the formulas say") {
  // O'Brien-Fleming's curve is P(|N(0, 1)| sqrt(t) > z): a Brownian motion reaching the final boundary by time t.
  CHECK(alpha_spent({ObrienFleming}, 0.05, 0.25) == Approx(normal_two_sided_p(2 * 1.959963984540054)).epsilon(1e-12));
  CHECK(alpha_spent({Pocock}, 0.05, 1 / (std::numbers::e + 1)) ==
        Approx(0.05 * std::log(2 * std::numbers::e / (std::numbers::e + 1))).epsilon(1e-12));
  CHECK(alpha_spent({Power, 2}, 0.05, 0.5) == Approx(0.0125).epsilon(1e-12));
  CHECK(alpha_spent({HwangShihDeCani, 0}, 0.05, 0.3) == Approx(0.015).epsilon(1e-12));
  CHECK(alpha_spent({HwangShihDeCani, 1e-9}, 0.05, 0.3) == Approx(0.015).epsilon(1e-8));
}
