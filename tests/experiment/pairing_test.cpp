#include "experiment/pairing.hpp"

#include <cmath>

#include "experiment/run.hpp"
#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

TEST_CASE("the correlation of a day is Pearson's over all users") {
  DailyUse a(kStart, 4, 2), b(kStart, 4, 2);
  const auto watch = [](DailyUse& world, std::uint64_t user, double hour, double minutes) {
    const Interaction page = TinyPage{.user = user, .time = at_hours(hour), .items = {1}, .outcomes = {clicked(minutes)}};
    world.add({&page, 1});
  };
  watch(a, 0, 1, 2);
  watch(a, 0, 23.9, 2);  // the same day
  watch(a, 1, 5, 1);
  watch(b, 0, 2, 6);
  watch(b, 2, 3, 2);
  watch(a, 3, 30, 5);  // day 2, of one world only
  watch(a, 3, 49, 5);  // after the last day
  watch(a, 3, -1, 5);  // before t0
  const PairedWorlds p = pair_worlds("x", a, b);
  CHECK(p.variant == "x");
  CHECK(p.day == std::vector<double>{1, 2});
  // numpy.corrcoef([4, 1, 0, 0], [6, 0, 2, 0]) and of the clicks [2, 1, 0, 0], [1, 0, 1, 0]
  CHECK(p.minutes[0] == Approx(0.871602).epsilon(1e-5));
  CHECK(p.clicks[0] == Approx(0.301511).epsilon(1e-5));
  CHECK(std::isnan(p.minutes[1]));
}

TEST_CASE("paired worlds of a null treatment are one world, and of a treatment nearly so at first") {
  RunOptions options;
  options.truth = true;
  const Report null = run(SmallScenario{.users = 60, .treatment = ""}.make(), options);
  REQUIRE(null.experiments[0].paired.size() == 1);
  for (const double c : null.experiments[0].paired[0].minutes) CHECK(c == Approx(1).epsilon(1e-12));
  const Report real = run(SmallScenario{.users = 60}.make(), options);
  for (const double c : real.experiments[0].paired[0].clicks) {
    CHECK(c > 0.3);
    CHECK(c < 1);
  }
  CHECK(run(SmallScenario{.users = 60}.make()).experiments[0].paired.empty());
}
