#include "experiment/expectation.hpp"

#include "experiment/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

RunExperience known() {
  RunExperience e;
  e.users = 100;
  e.user_days = 1'000;
  e.wall_s = 2;
  e.requests = 3'000;
  e.impressions = 60'000;
  e.units_per_user = 1;
  e.ctr = {.control = 0.05, .variance = 0.0025};  // one unit's standard deviation is the mean itself
  return e;
}

}  // namespace

TEST_CASE("time and traffic grow with users and days, and the smallest lift falls with their root") {
  const Scenario scenario = SmallScenario{.users = 1'000, .warmup_days = 5, .days = 15}.make();
  const Expectation e = expect(scenario, known());
  CHECK(e.seconds == Approx(40));
  CHECK(e.requests == Approx(60'000));
  CHECK(e.units == Approx(500));
  // (1.96 + 0.84) sqrt(2 / n) of a coefficient of variation of 1
  CHECK(e.smallest == Approx(2.8016 * std::sqrt(2 / 500.0)).epsilon(1e-3));
  CHECK(expect(SmallScenario{.users = 4'000, .warmup_days = 5, .days = 15}.make(), known()).smallest ==
        Approx(e.smallest / 2).epsilon(1e-3));
}

TEST_CASE("the number of users that is offered finds the lift that it is offered for") {
  const Scenario scenario = SmallScenario{.users = 1'000}.make();
  const Expectation e = expect(scenario, known());
  CHECK(e.power < 0.8);
  REQUIRE(e.users_needed > 0);
  const Expectation then = expect(SmallScenario{.users = static_cast<int>(e.users_needed)}.make(), known());
  CHECK(then.power >= 0.8);
  CHECK(then.smallest <= then.lift);
}

TEST_CASE("a scenario without a difference says so, and nothing is promised without data") {
  CHECK(expect(SmallScenario{.treatment = ""}.make(), known()).null);
  const Expectation e = expect(SmallScenario{}.make(), {});
  CHECK_FALSE(e.null);
  CHECK(std::isnan(e.smallest));
  CHECK(std::isnan(e.seconds));
  CHECK(e.users_needed == 0);
}

TEST_CASE("a pilot's experience foretells the traffic of the whole run") {
  const Scenario scenario = SmallScenario{.users = 1'200, .warmup_days = 1, .days = 3}.make();
  const Scenario pilot = pilot_of(scenario);
  CHECK(std::get<std::int64_t>(pilot.settings.at("world.population.users")) == 500);
  const Expectation e = expect(scenario, experience_of(run(pilot)));
  const Report whole = run(scenario);
  // Activity is heavy-tailed: of 500 users its mean has an error of about 7 %; five of these.
  CHECK(e.requests * 3 / 4 == Approx(static_cast<double>(whole.requests)).epsilon(0.35));
  CHECK(e.smallest > 0);
}
