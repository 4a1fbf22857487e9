#include "data/slot_log.hpp"

#include "data/bandit_log.hpp"
#include "data/log_time.hpp"
#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

TEST_CASE("a run's decisions are logged whole and read back") {
  TemporaryFolder folder;
  const Scenario scenario =
      SmallScenario{.users = 60, .sets = {"policy.name=epsilon_greedy", "policy.epsilon_greedy.epsilon=0.2"}}.make();
  SlotLog log(folder / "log.csv", scenario);
  RunOptions options;
  options.watchers.push_back(&log);
  const Report report = run(scenario, options);
  CHECK_FALSE(std::filesystem::exists(folder / "log.csv"));  // not before it is whole
  CHECK(log.finish() == report.impressions);
  CHECK(folder.files() == std::vector<std::string>{"log.csv"});
  BanditLogSource source;
  source.file = folder / "log.csv";
  source.conditional = true;
  const BanditLog read = read_bandit_log(source);
  CHECK(std::ssize(read.action) == report.impressions);
  CHECK(read.reward_column == "clicked");
  CHECK(read.propensity_column == "propensity");
  CHECK(read.has_unit);
  CHECK(read.has_slate);
  CHECK(read.action_set.size() == read.size());
  // Time is Unix time, of a world that begins on Monday, 1 January 2024; to the microsecond, as the run has it.
  CsvReader csv(folder / "log.csv");
  const std::size_t time = csv.column("time");
  while (csv.next()) {
    REQUIRE(parse_log_time_ms(csv.field(time), TimeFormat::Auto) >= 1'704'067'200'000);
    REQUIRE(parse_log_time_ms(csv.field(time), TimeFormat::Auto) < 1'704'067'200'000 + 3 * 86'400'000);
  }
  CHECK(iso_time(1000 * kWorldBegins_s) == "2024-01-01T00:00:00Z");
  // Each slot's draw was fair: the weights of a uniform draw average 1. They are at most 5, so five standard errors are 0.2.
  double mean = 0;
  for (std::size_t i = 0; i < read.size(); ++i)
    mean += 1 / (read.propensity[i] * read.action_set[i]) / static_cast<double>(read.size());
  CHECK(mean == Approx(1).margin(0.2));
}

TEST_CASE("a log that is not finished leaves nothing behind") {
  TemporaryFolder folder;
  { const SlotLog log(folder / "log.csv", SmallScenario{}.make()); }
  CHECK(folder.files().empty());
  CHECK_THROWS_AS(SlotLog("/nonexistent/log.csv", SmallScenario{}.make()), Error);
}

TEST_CASE("a page that is drafted from two slates has no propensities, which is said before anything is written") {
  TemporaryFolder folder;
  const Scenario drafted = SmallScenario{.sets = {"assignment.design=interleaving"}}.make();
  CHECK_THROWS_WITH(SlotLog(folder / "log.csv", drafted), Catch::Matchers::Contains("interleaves"));
  CHECK(folder.files().empty());
}
