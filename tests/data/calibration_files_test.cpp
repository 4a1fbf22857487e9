#include "data/calibration_files.hpp"

#include <algorithm>

#include "experiment/run.hpp"
#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

std::string error_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a calibrated sample is a scenario that loads and runs") {
  const TemporaryFolder folder;
  const LogSource source = sample_source();
  const InteractionLog log = read_interaction_log(source);
  const Calibration fit = calibrate(log, source, {});
  const CalibrationPaths paths = calibration_paths(folder / "fitted.toml", source);
  write_together({{paths.items, item_table(log, fit)},
                  {paths.users, user_table(log, fit)},
                  {paths.scenario, scenario_toml(log, fit, paths, source)}});
  const Scenario scenario = load_scenario(paths.scenario, {"days=2", "warmup_days=1", "world.population.users=150"});
  CHECK(scenario.name == "fitted");
  REQUIRE(scenario.tables);
  CHECK(std::get<double>(scenario.settings.at("world.choice.affinity")) == Approx(fit.affinity).epsilon(1e-3));
  const Report report = run(scenario);
  CHECK(report.requests > 50);
  CHECK(report.signature == run(scenario).signature);
}

TEST_CASE("odd names survive the way through CSV and TOML") {
  const TemporaryFolder folder;
  InteractionLog log = read_interaction_log(sample_source());
  log.items[3].title = "A \"quoted\", title\nof two lines";
  log.users[0] = "user, one";
  const Calibration fit = calibrate(log, sample_source(), {.users = 100});
  const LogSource source = sample_source();
  const CalibrationPaths paths = calibration_paths(folder / "it's \"odd\" \\ here.toml", source);
  write_together({{paths.items, item_table(log, fit)},
                  {paths.users, user_table(log, fit)},
                  {paths.scenario, scenario_toml(log, fit, paths, source)}});
  CHECK(load_scenario(paths.scenario).name == "it's \"odd\" \\ here");
}

TEST_CASE("a scenario must be called .toml and may not replace its own input") {
  LogSource source = sample_source();
  CHECK_THAT(error_of([&] { calibration_paths("fitted.txt", source); }), Contains("NAME.toml"));
  const TemporaryFolder folder;
  source.log = folder.write("x.users.csv", "userId,itemId\n");
  CHECK_THAT(error_of([&] { calibration_paths(folder / "x.toml", source); }), Contains("x.users.csv: would be overwritten"));
}

TEST_CASE("all files are written or none") {
  const TemporaryFolder folder;
  folder.write("a.csv", "old");
  std::filesystem::create_directory(folder / "b.csv");
  CHECK_THAT(error_of([&] { write_together({{folder / "a.csv", "new"}, {folder / "b.csv", "new"}}); }), Contains("b.csv"));
  CHECK(read_file(folder / "a.csv") == "old");
  CHECK_THAT(error_of([&] {
               write_together({{folder / "a.csv", "new"}, {folder / "gone" / "c.csv", "new"}});
             }),
             Contains("cannot be written"));
  CHECK(read_file(folder / "a.csv") == "old");
  CHECK(folder.files().size() == 2);
  write_together({{folder / "a.csv", "new"}, {folder / "c.csv", "newer"}});
  CHECK(read_file(folder / "a.csv") == "new");
  CHECK(folder.files().size() == 3);
}
