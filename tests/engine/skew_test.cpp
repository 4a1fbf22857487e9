#include "engine/skew.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

std::vector<float> normals(std::size_t n, std::uint64_t key, double shift = 0) {
  Rng rng = stream({1}, Stream::Test, entity_key(key, 9));
  std::vector<float> out(n);
  for (float& x : out) x = static_cast<float>(normal(rng) + shift);
  return out;
}

}  // namespace

TEST_CASE("the index equals numbers worked out by hand") {
  // Twenty values 1..20: deciles end at 2, 4 ... 18, two values a bin.
  std::vector<float> expected, actual;
  for (int i = 1; i <= 20; ++i) expected.push_back(static_cast<float>(i));
  // Ten values below them all and ten in the last bin.
  for (int i = 0; i < 10; ++i) actual.insert(actual.end(), {0.0f, 100.0f});
  // Half a row a bin, eleven bins, 25.5 rows: p = 0.5 and ten times 2.5; q = 10.5, nine times 0.5, 10.5.
  const auto term = [](double p, double q) { return (p - q) * std::log(p / q); };
  const double want = term(0.5 / 25.5, 10.5 / 25.5) + 9 * term(2.5 / 25.5, 0.5 / 25.5) + term(2.5 / 25.5, 10.5 / 25.5);
  CHECK(population_stability_index(expected, actual) == Approx(want).epsilon(1e-12));

  // Two values only: the deciles' edges are 0 and 1; half a row each lies below and above.
  const std::vector<float> coin{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, biased{0, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  CHECK(population_stability_index(coin, biased) == Approx(term(5.5 / 12, 1.5 / 12) + term(5.5 / 12, 9.5 / 12)).epsilon(1e-12));

  // A constant served as another, on either side.
  const std::vector<float> two(50, 2.0f), one(50, 1.0f), three(50, 3.0f);
  CHECK(population_stability_index(two, one) > 1);
  CHECK(population_stability_index(two, three) > 1);
}

TEST_CASE("the same sample in any order has an index of exactly zero") {
  std::vector<float> x = normals(999, 1), y(x.rbegin(), x.rend());
  CHECK(population_stability_index(x, y) == 0);
  CHECK(population_stability_index(std::vector<float>(50, 3.0f), std::vector<float>(50, 3.0f)) == 0);
  CHECK(population_stability_index({}, x) == 0);
}

TEST_CASE("two samples of one distribution are stable and a shifted one raises the alert") {
  // n PSI / 2 is nearly chi-squared with 9 degrees of freedom: beyond 0.02 at n = 5,000 (50) with probability 1e-7.
  CHECK(population_stability_index(normals(5000, 1), normals(5000, 2)) < 0.02);
  // The index of normals one standard deviation apart, on these deciles, is 0.9.
  CHECK(population_stability_index(normals(5000, 1), normals(5000, 2, 1)) > 0.5);
}

TEST_CASE("a night judges its own day and remembers when the first alert was") {
  SkewMonitor monitor({}, {"same", "shifted", "watched"});
  const auto x = normals(4000, 1);
  const auto day = [&](double shift, SimTime now) {
    for (const float v : x) {
      const std::array<float, 3> recomputed{v, v, v},
          served{v, v + static_cast<float>(shift), v + static_cast<float>(shift * 0.36)};
      monitor.add(served, recomputed);
    }
    monitor.night(now);
  };
  day(0, SimTime{0} + kDay);
  for (const FeatureSkew& f : monitor.features()) CHECK(f.state == SkewState::Stable);
  day(1, SimTime{0} + kDay * 2);
  CHECK(monitor.features()[0].psi == 0);
  CHECK(monitor.features()[1].state == SkewState::Alert);
  CHECK(monitor.features()[1].alerted == SimTime{0} + kDay * 2);
  CHECK(monitor.features()[2].state == SkewState::Watch);
  CHECK(monitor.features()[2].alerted == kNever);
  const double first = monitor.features()[1].psi;
  day(2, SimTime{0} + kDay * 3);
  CHECK(monitor.features()[1].psi > first);
  CHECK(monitor.features()[1].alerted == SimTime{0} + kDay * 2);
  CHECK(monitor.features()[1].alerted_psi == first);
  day(0, SimTime{0} + kDay * 4);
  CHECK(monitor.features()[1].state == SkewState::Stable);
  CHECK(monitor.features()[1].alerted == SimTime{0} + kDay * 2);
}

TEST_CASE("a night with too few rows changes nothing and its rows are not added to the next") {
  SkewMonitor monitor({}, {"a"});
  for (int night = 0; night < 5; ++night) {
    for (int i = 0; i < 199; ++i) monitor.add(std::array{5.0f}, std::array{0.0f});
    monitor.night(SimTime{0} + kDay * night);
    CHECK(monitor.features()[0].state == SkewState::Stable);
    CHECK(monitor.features()[0].psi == 0);
  }
  for (int i = 0; i < 200; ++i) monitor.add(std::array{5.0f}, std::array{0.0f});
  monitor.night(SimTime{0} + kDay * 9);
  CHECK(monitor.features()[0].state == SkewState::Alert);
}

TEST_CASE("a saved monitor goes on as the original") {
  SkewMonitor a({}, {"x", "y"}), b({}, {"x", "y"});
  const auto add = [](SkewMonitor& m, std::uint64_t key) {
    const auto v = normals(300, key);
    for (const float x : v) m.add(std::array{x, x}, std::array{x, x * 2});
  };
  add(a, 1);
  a.night(SimTime{0} + kDay);
  add(a, 2);
  load_state(b, save_state(a));
  for (SkewMonitor* m : {&a, &b}) m->night(SimTime{0} + kDay * 2);
  CHECK(save_state(a) == save_state(b));
  CHECK(b.features()[1].psi > 0);
}
