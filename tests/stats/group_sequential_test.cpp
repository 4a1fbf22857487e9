#include "stats/group_sequential.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using enum SpendingFamily;

namespace {

std::vector<double> equal_looks(int n) {
  std::vector<double> t;
  for (int k = 1; k <= n; ++k) t.push_back(static_cast<double>(k) / n);
  return t;
}

}  // namespace

TEST_CASE("classical boundaries are those of the published tables") {
  // Jennison & Turnbull 2000, tables 2.1 and 2.3, two-sided alpha 0.05: constants to three decimals.
  const std::vector<std::pair<int, std::pair<double, double>>> table{
      {1, {1.960, 1.960}}, {2, {2.178, 1.977}}, {3, {2.289, 2.004}}, {5, {2.413, 2.040}}, {10, {2.555, 2.087}}};
  for (const auto& [looks, constants] : table) {
    const auto t = equal_looks(looks);
    CAPTURE(looks);
    CHECK(wang_tsiatis_boundaries(t, 0.5, 0.05, Sides::Two).z.back() == Approx(constants.first).margin(6e-4));
    CHECK(wang_tsiatis_boundaries(t, 0, 0.05, Sides::Two).z.back() == Approx(constants.second).margin(6e-4));
  }
}

TEST_CASE("the boundaries spend exactly what the function says whatever the looks") {
  const std::vector<double> t{0.08, 0.21, 0.215, 0.7, 1};
  for (const Sides sides : {Sides::One, Sides::Two})
    for (const SpendingFunction f : {SpendingFunction{ObrienFleming}, {Pocock}, {Power, 2}, {HwangShihDeCani, -2}}) {
      const Boundaries b = spending_boundaries(t, f, 0.05, sides);
      const Crossing c = crossing(t, b.z, sides, 0);
      const double n = sides == Sides::One ? 1 : 2;
      double spent = 0;
      for (std::size_t k = 0; k < t.size(); ++k) {
        spent += c.upper[k] + c.lower[k];
        CAPTURE(to_string(f.family), n, k);
        CHECK(spent == Approx(n * alpha_spent(f, 0.05 / n, t[k])).epsilon(1e-9));
        CHECK(b.levels[k] == Approx(normal_sf(b.z[k])));
      }
    }
}

TEST_CASE("a level of 5 % holds in simulation and the drift's power is met") {
  // 20000 walks of five unequal looks. Fails by chance with probability at most 1e-6.
  const std::vector<double> t{0.1, 0.35, 0.5, 0.9, 1};
  const Boundaries b = spending_boundaries(t, {Pocock}, 0.05, Sides::Two);
  for (const double drift : {0.0, 2.8}) {
    const Crossing expected = crossing(t, b.z, Sides::Two, drift);
    std::int64_t stopped = 0;
    const std::int64_t reps = 20000;
    for (std::int64_t rep = 0; rep < reps; ++rep) {
      Rng rng = stream({41}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
      double s = 0, before = 0;
      for (std::size_t k = 0; k < t.size(); ++k) {
        s += drift * (t[k] - before) + std::sqrt(t[k] - before) * normal(rng);
        before = t[k];
        if (std::abs(s) >= b.z[k] * std::sqrt(t[k])) {
          ++stopped;
          break;
        }
      }
    }
    CAPTURE(drift);
    CHECK(consistent_with_rate(stopped, reps, expected.power(), 5e-7));
  }
}

TEST_CASE("looks need not be planned") {
  GroupSequentialTest test({ObrienFleming}, 0.05, Sides::Two);
  const Boundaries planned = spending_boundaries(std::vector<double>{0.3, 0.55, 1}, {ObrienFleming}, 0.05, Sides::Two);
  CHECK(test.look(0.3) == planned.z[0]);
  CHECK(test.look(0.55) == planned.z[1]);
  // Looks that bring nothing new change nothing.
  for (const double nothing : {kNaN, kInfinity, 0.55, 0.2, -1.0, 0.55 * (1 + 1e-6)}) CHECK(test.look(nothing) == kInfinity);
  CHECK(test.information() == 0.55);
  // Stopping the data early spends the rest of alpha, so the last boundary is lower than the look's own.
  GroupSequentialTest other = test;
  const double ordinary = test.look(0.8), last = other.look(0.8, 1);
  CHECK(last < ordinary);
  CHECK(other.spent() == 0.05);
  const Crossing c =
      crossing(std::vector<double>{0.3, 0.55, 0.8}, std::vector<double>{planned.z[0], planned.z[1], last}, Sides::Two, 0);
  CHECK(c.power() == Approx(0.05).epsilon(1e-9));
  CHECK(other.look(1.2) == kInfinity);  // nothing is left to spend
}

TEST_CASE("alpha spent by a clock of its own does not ask in what unit information is, nor how much there will be") {
  GroupSequentialTest by_share({Pocock}, 0.05, Sides::Two), by_days({Pocock}, 0.05, Sides::Two);
  for (const double t : {0.25, 0.5, 0.75, 1.0}) CHECK(by_share.look(t) == Approx(by_days.look(t * 4e7, t)).epsilon(1e-9));
  // Information that lags behind the clock: the level is kept all the same.
  GroupSequentialTest late({ObrienFleming}, 0.05, Sides::Two);
  std::vector<double> z, information{2, 3, 7, 20};
  for (std::size_t k = 0; k < information.size(); ++k) z.push_back(late.look(information[k], (static_cast<double>(k) + 1) / 4));
  CHECK(crossing(information, z, Sides::Two, 0).power() == Approx(0.05).epsilon(1e-9));
}

TEST_CASE("more information than planned is used in full at the level promised") {
  GroupSequentialTest test({Pocock}, 0.025, Sides::One);
  const std::vector<double> z{test.look(0.5), test.look(1.3)}, t{0.5, 1.3};
  CHECK(test.spent() == 0.025);
  CHECK(crossing(t, z, Sides::One, 0).power() == Approx(0.025).epsilon(1e-9));
}

TEST_CASE("a look too early to spend anything cannot stop the test") {
  GroupSequentialTest test({ObrienFleming}, 0.05, Sides::Two);
  CHECK(test.look(0.001) == kInfinity);
  CHECK(test.spent() == 0);
  CHECK(std::isfinite(test.look(0.2)));
}

TEST_CASE("one look is the fixed test with its drift and information") {
  for (const Sides sides : {Sides::One, Sides::Two}) {
    const double alpha = 0.05, side = sides == Sides::One ? alpha : alpha / 2;
    const std::vector<double> t{1};
    const Boundaries b = spending_boundaries(t, {Pocock}, alpha, sides);
    CHECK(b.z[0] == Approx(normal_isf(side)).epsilon(1e-9));
    CHECK(drift_for_power(t, b.z, sides, 0.8) == Approx(normal_isf(side) + normal_isf(0.2)).epsilon(1e-9));
    CHECK(crossing(t, b.z, sides, 3).expected_information() == 1);
  }
}

TEST_CASE("five O'Brien-Fleming looks need 2.8 % more units than one and stop earlier") {
  // Jennison & Turnbull 2000, table 2.4: R(5, 0.05, 0.2) = 1.028.
  const auto t = equal_looks(5);
  const auto z = wang_tsiatis_boundaries(t, 0, 0.05, Sides::Two).z;
  const double drift = drift_for_power(t, z, Sides::Two, 0.8), fixed = normal_isf(0.025) + normal_isf(0.2);
  CHECK(drift * drift / (fixed * fixed) == Approx(1.028).margin(6e-4));
  CHECK(crossing(t, z, Sides::Two, drift).expected_information() < 0.85);
}

TEST_CASE("a power that no drift is needed for has no drift") {
  const std::vector<double> t{0.5, 1}, z{2, 2};
  CHECK(std::isnan(drift_for_power(t, z, Sides::Two, 0.01)));
  CHECK(std::isnan(drift_for_power({}, {}, Sides::Two, 0.8)));
  CHECK(std::isnan(drift_for_power(t, std::vector<double>{kInfinity, kInfinity}, Sides::One, 0.8)));
}
