#include "data/log_statistics.hpp"

#include <cmath>

#include "data/popularity_curve.hpp"
#include "tests/data/calibration_support.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("the figures of a log small enough to count by hand") {
  InteractionLog log;
  log.users = {"a", "b"};
  log.labels = {"x", "y"};
  log.items = {{"1", "", {0}}, {"2", "", {1}}, {"3", "", {0, 1}}, {"4", "", {0}}};
  log.events = {{0, 0, 1, 0}, {0, 1, 1, 0}, {0, 2, 1, 0}, {1, 0, 1, 0}};
  const LogStatistics s = describe_log(log, {0, 1, 0, 0}, 2);
  CHECK(s.users == 2);
  CHECK(s.chosen_items == 3);
  CHECK(s.density == Approx(0.5));
  CHECK(s.user_mean == Approx(2));
  CHECK(s.user_median == Approx(2));
  CHECK(s.user_p90 == Approx(2.8));
  CHECK(s.half_items == 1);
  CHECK(s.single_share == Approx(2.0 / 3));
  CHECK(s.top_20pct == Approx(0.5));
  CHECK(s.category_share == std::vector<double>{0.75, 0.25});
  // All: x 2.5 of 4, y 1.5 of 4. Of a: 1.5 and 1.5 of 3; of b: all x.
  const double a = 0.5 * std::log(0.5 / 0.625) + 0.5 * std::log(0.5 / 0.375), b = std::log(1 / 0.625);
  CHECK(s.profile_kl_median == Approx((a + b) / 2));
  CHECK(total_variation({0.75, 0.25}, {0.5, 0.5}) == Approx(0.25));
}

// README.md beside the log; computed there with Python, numpy and scipy.
TEST_CASE("the figures of MovieLens are those its README states") {
  const std::filesystem::path folder = std::filesystem::path(FEEDLOOP_SOURCE_DIR) / "../shared/data/ml-latest-small";
  if (!std::filesystem::exists(folder / "ratings.csv")) {
    WARN("no " << folder.string() << " here: nothing compared");
    return;
  }
  LogSource source;
  source.log = folder / "ratings.csv";
  source.items = folder / "movies.csv";
  const InteractionLog log = read_interaction_log(source);
  CHECK(log.rows == 100836);
  CHECK(log.users.size() == 610);
  CHECK(log.items.size() == 9742);
  CHECK(log.labels.size() == 20);
  CHECK(log.repeated == 0);
  CHECK(log.unlisted_items == 0);
  const LogStatistics s = describe_log(log, std::vector<int>(log.items.size(), 0), 1);
  CHECK(s.chosen_items == 9724);
  CHECK(s.density == Approx(0.01697).margin(5e-6));
  CHECK(s.user_mean == Approx(165.3).margin(0.05));
  CHECK(s.user_median == Approx(70.5));
  CHECK(s.user_p90 == Approx(400.3).margin(0.05));
  CHECK(s.user_gini == Approx(0.604).margin(5e-4));
  CHECK(s.item_gini == Approx(0.7168).margin(5e-5));
  CHECK(s.half_items == 659);
  CHECK(s.single_share == Approx(0.3544).margin(5e-5));
  // The README takes tops of rated movies, rounded down; ours are of the catalogue, rounded up: a few movies more.
  CHECK(s.top_1pct == Approx(0.1571).margin(0.002));
  CHECK(s.top_10pct == Approx(0.6002).margin(0.002));
  CHECK(s.top_20pct == Approx(0.7702).margin(0.002));
  CHECK(s.profile_kl_median == Approx(0.1528).margin(5e-5));
  CHECK(s.profile_kl_p90 == Approx(0.3614).margin(5e-5));
  const ZipfMandelbrot curve = fit_zipf_mandelbrot(log.events_per_item());
  CHECK(curve.s == Approx(1.7112).margin(5e-5));
  CHECK(curve.q == Approx(476.723).margin(0.05));
}
