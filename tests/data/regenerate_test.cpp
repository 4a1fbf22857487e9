#include "data/regenerate.hpp"

#include <filesystem>

#include "data/calibration_files.hpp"
#include "data/log_statistics.hpp"
#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

RegenerateOptions small_world() {
  RegenerateOptions options;
  options.world.population.users = 40;
  options.world.items.count = 60;
  options.seed = Seed{9};
  options.events = 500;
  options.exposure.assign(60, 1.0);
  return options;
}

}  // namespace

TEST_CASE("a regenerated log has the wanted size, in order, and no pair twice unless allowed") {
  RegenerateOptions options = small_world();
  InteractionLog log = regenerate_log(options);
  REQUIRE(log.events.size() == 500);
  CHECK(log.users.size() == 40);
  CHECK(log.items.size() == 60);
  for (std::size_t k = 1; k < log.events.size(); ++k) CHECK(log.events[k - 1].time_s <= log.events[k].time_s);
  make_canonical(log);
  CHECK(log.repeated == 0);
  options.once = false;
  options.events = 3000;
  log = regenerate_log(options);
  make_canonical(log);
  CHECK(log.repeated > 0);
}

TEST_CASE("a world that cannot make so many events gives what it can") {
  RegenerateOptions options = small_world();
  options.world.population.users = 2;
  options.events = 1'000'000;
  const InteractionLog log = regenerate_log(options);
  CHECK(!log.events.empty());
  CHECK(log.events.size() <= 120);
}

TEST_CASE("items are chosen as they are shown") {
  RegenerateOptions options = small_world();
  options.events = 2000;
  options.once = false;
  for (std::size_t i = 0; i < 30; ++i) options.exposure[i] = 9;
  const auto counts = regenerate_log(options).events_per_item();
  std::int64_t often = 0, seldom = 0;
  for (std::size_t i = 0; i < 30; ++i) often += counts[i];
  for (std::size_t i = 30; i < 60; ++i) seldom += counts[i];
  CHECK(often > 3 * seldom);
}

// Not byte for byte: whoever improves the world need not make the sample again. As long as nobody did, they are equal.
TEST_CASE("the bundled log is of the kind that its world makes") {
  const std::filesystem::path folder = std::filesystem::path(FEEDLOOP_SOURCE_DIR) / "data/sample";
  const InteractionLog made = invent_log(load_scenario(folder / "world.toml"), 15000);
  LogSource source = sample_source();
  source.min_events = 1;
  const InteractionLog bundled = read_interaction_log(source);
  REQUIRE(made.events.size() == bundled.events.size());
  const LogStatistics a = describe_log(made, std::vector<int>(500, 0), 1),
                      b = describe_log(bundled, std::vector<int>(500, 0), 1);
  CHECK(a.user_mean == Approx(b.user_mean).epsilon(0.1));
  CHECK(a.user_gini == Approx(b.user_gini).epsilon(0.1));
  CHECK(a.item_gini == Approx(b.item_gini).epsilon(0.1));
  CHECK(a.top_10pct == Approx(b.top_10pct).epsilon(0.1));
}

TEST_CASE("a log is read back as it was written") {
  const TemporaryFolder folder;
  RegenerateOptions options = small_world();
  InteractionLog log = regenerate_log(options);
  LogSource source;
  source.log = folder.write("events.csv", events_csv(log));
  source.items = folder.write("items.csv", items_csv(log));
  source.min_events = 1;
  const InteractionLog again = read_interaction_log(source);
  CHECK(again.events.size() == log.events.size());
  CHECK(again.items.size() == 60);
  auto a = log.events_per_item(), b = again.events_per_item();
  CHECK(a == b);
}
