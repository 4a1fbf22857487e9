#include "experiment/study.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

TEST_CASE("a study's times are those of the scenario") {
  SmallScenario small;
  small.warmup_days = 2;
  small.days = 3;
  const Scenario s = small.make();
  const Study study(s);
  CHECK(study.t0 == SimTime{0} + kDay * 2);
  CHECK(study.end == SimTime{0} + kDay * 5);
  CHECK(study.epoch == kMinute * 5);
  CHECK(study.world.horizon() == study.end);
  CHECK(study.seed.value == s.seed());
}

TEST_CASE("each cell has its variants' settings") {
  const Scenario s = SmallScenario{}.make();
  const Study study(s);
  REQUIRE(study.cells.size() == 2);
  CHECK(std::get<double>(study.cells[0].at("engine.value.completion")) == 0);
  CHECK(std::get<double>(study.cells[1].at("engine.value.completion")) == 1);
}

TEST_CASE("an epoch must divide a day") {
  for (const char* minutes : {"7", "1.1", "59"}) {
    SmallScenario small;
    small.sets = {std::string("epoch_minutes=") + minutes};
    CHECK_THROWS_WITH(small.make(),
                      Catch::Matchers::Contains("epoch_minutes") && Catch::Matchers::Contains("does not divide a day"));
  }
  for (const char* minutes : {"1", "2.5", "5", "60"}) {
    SmallScenario small;
    small.sets = {std::string("epoch_minutes=") + minutes};
    const Scenario s = small.make();
    CHECK_NOTHROW(Study(s));
  }
}

TEST_CASE("the same users and items exist in every study of a scenario") {
  const Scenario s = SmallScenario{}.make();
  const Study a(s), b(s);
  REQUIRE(a.world.population().users.size() == b.world.population().users.size());
  for (std::size_t u = 0; u < a.world.population().users.size(); ++u)
    CHECK(a.world.population().users[u].anchor == b.world.population().users[u].anchor);
}
