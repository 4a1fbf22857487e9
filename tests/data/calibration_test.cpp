#include "data/calibration.hpp"

#include <cmath>

#include "base/parallel.hpp"
#include "data/calibration_files.hpp"
#include "data/calibration_text.hpp"
#include "experiment/scenario.hpp"
#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;
using Catch::Matchers::Contains;

namespace {

struct Bytes {
  std::string scenario, items, users, text, regenerated;
  friend bool operator==(const Bytes&, const Bytes&) = default;
};

Bytes bytes_of(const Seed seed, int threads) {
  set_threads(threads);
  const LogSource source = sample_source();
  const InteractionLog log = read_interaction_log(source);
  const Calibration fit = calibrate(log, {.seed = seed});
  const InteractionLog again = regenerate_log(log, fit);
  const auto paths = calibration_paths("fitted.toml", source);
  set_threads(0);
  const auto n = static_cast<int>(fit.categories.names.size());
  return {scenario_toml(log, fit, paths, source), item_table(log, fit), user_table(log, fit),
          calibration_text(log, fit, source) +
              comparison_text(describe_log(log, fit.categories.of_item, n), describe_log(again, fit.categories.of_item, n)),
          events_csv(again)};
}

}  // namespace

TEST_CASE("a calibration is the same bytes on any number of threads, and another with another seed") {
  const Bytes one = bytes_of(Seed{1}, 1);
  CHECK(one == bytes_of(Seed{1}, 3));
  CHECK(one == bytes_of(Seed{1}, 8));
  CHECK(one.items != bytes_of(Seed{2}, 2).items);
}

TEST_CASE("of several labels an item takes the rarest, and the rarest of too many become other") {
  InteractionLog log;
  for (int l = 0; l < 40; ++l) {
    log.labels.push_back("label " + std::to_string(100 + l));
    for (int k = 0; k <= l; ++k) log.items.push_back({std::to_string(log.items.size()), "", {l}});
  }
  log.items.push_back({"both", "", {35, 39}});
  const Categories c = choose_categories(log);
  REQUIRE(c.names.size() == kMaxCategories);
  CHECK(c.names[0] == "label 139");
  CHECK(c.names.back() == "other");
  CHECK(c.merged == 9);
  CHECK(c.of_item[0] == kMaxCategories - 1);
  CHECK(c.names[static_cast<std::size_t>(c.of_item.back())] == "label 135");
  double sum = 0;
  for (const double s : c.catalogue_share) sum += s;
  CHECK(sum == Approx(1));
}

TEST_CASE("the scenario's size is the log's times a whole number, or as asked") {
  const InteractionLog log = read_interaction_log(sample_source());
  const Calibration fit = calibrate(log, {});
  CHECK(fit.world.population.users >= 5000);
  CHECK(fit.world.population.users % std::ssize(log.users) == 0);
  CHECK(fit.world.items.count == 500);
  CHECK(calibrate(log, {.users = 77}).world.population.users == 77);
}

// The truth is known: items of the fitted world should be close to one another where they are in the world that made the log.
// 500 items give 124,750 pairs; were the vectors unrelated, their correlation would be about 0 +- 0.01 (pairs share items).
TEST_CASE("latent vectors of the bundled log resemble those of the world that made it") {
  const InteractionLog log = read_interaction_log(sample_source());
  const TasteFactors fit = fit_tastes(log, choose_categories(log).of_item, Seed{5});
  const Scenario scenario = load_scenario(std::filesystem::path(FEEDLOOP_SOURCE_DIR) / "data/sample/world.toml");
  const World world(scenario.settings.read<WorldParams>("world"), Seed{scenario.seed()}, SimTime{0});
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < 500; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double a = dot(fit.items[i], fit.items[j]);
      const double b =
          dot(world.truth(ItemId{std::stoull(log.items[i].id)}).v, world.truth(ItemId{std::stoull(log.items[j].id)}).v);
      n += 1, x += a, y += b, xx += a * a, yy += b * b, xy += a * b;
    }
  const double correlation = (xy / n - x / n * y / n) / std::sqrt((xx / n - x / n * x / n) * (yy / n - y / n * y / n));
  INFO(correlation);
  CHECK(correlation > 0.2);
}

TEST_CASE("the report names what was estimated, assumed and not identifiable") {
  const LogSource source = sample_source();
  const InteractionLog log = read_interaction_log(source);
  const std::string text = calibration_text(log, calibrate(log, {.users = 500}), source);
  for (const char* word : {"ESTIMATED", "ASSUMED", "NOT IDENTIFIABLE", "popularity curve, s", "world.choice.affinity",
                           "impressions and CTR", "positions", "churn", "hour of day", "satisfaction", "500 in the scenario"})
    CHECK_THAT(text, Contains(word));
}
