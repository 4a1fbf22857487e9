#include "data/log_visits.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

InteractionLog log_of(const std::vector<std::tuple<int, double, float>>& rows) {  // viewer, second, played
  InteractionLog log;
  log.has_time = true;
  for (const auto& [viewer, second, played] : rows) {
    LogRow row;
    row.viewer = static_cast<std::uint32_t>(viewer);
    row.time_ms = static_cast<std::int64_t>(second * 1000);
    row.played_s = played;
    log.seen.push_back(row);
    while (std::ssize(log.viewers) <= viewer) log.viewers.push_back(std::to_string(log.viewers.size()));
  }
  return log;
}

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

std::vector<double> silences(double weight, double median_low, double median_high, double sd) {
  std::vector<double> s;
  for (std::uint64_t k = 0; k < 20'000; ++k) {
    Rng rng = stream(Seed{5}, Stream::Test, entity_key(k));
    s.push_back(lognormal(rng, rng.uniform() < weight ? median_low : median_high, sd));
  }
  return s;
}

}  // namespace

TEST_CASE("a silence longer than the gap ends a visit, and so does another viewer") {
  const LogVisits v = split_visits(
      log_of({{0, 0, kNone}, {0, 0, kNone}, {0, 60, kNone}, {0, 2000, kNone}, {1, 2001, kNone}, {1, 2001 + 1800, kNone}}), 30);
  REQUIRE(v.visits.size() == 3);
  CHECK(v.visits[0].rows == 3);
  CHECK(v.visits[0].pages == 2);
  CHECK(v.visits[0].end_ms == 60'000);
  CHECK(v.visits[1].rows == 1);
  CHECK(v.visits[2].rows == 2);  // a silence of the gap itself is inside
  CHECK(v.between_s == std::vector<double>{1940});
  CHECK(v.within_s == std::vector<double>{60, 1800});
}

TEST_CASE("what plays is no silence") {
  const auto rows = [](float played) { return log_of({{0, 0, played}, {0, 0, played}, {0, 3700, kNone}}); };
  CHECK(split_visits(rows(kNone), 30).visits.size() == 2);
  CHECK(split_visits(rows(1000), 30).visits.size() == 1);
  CHECK(split_visits(rows(1000), 28).visits.size() == 2);
  CHECK(split_visits(rows(1000), 28).visits[0].end_ms == 2'000'000);
  CHECK(split_visits(rows(3000), 1).visits.size() == 1);  // still playing when the next page is opened
}

// With one sd and equal weights the densities cross at the geometric mean; 20,000 draws place it within 15 % but for a chance
// of 1e-6 or so (the error of each logarithmic mean is 0.01).
TEST_CASE("silences of two kinds cross where their densities do") {
  CHECK(gap_crossing_min(silences(0.5, 60, 60 * 60 * 24, 1)) == Approx(std::sqrt(1.0 * 60 * 24)).epsilon(0.15));
  CHECK(std::isnan(gap_crossing_min(silences(1, 60, 60, 1))));
  CHECK(std::isnan(gap_crossing_min(std::vector<double>(99, 5.0))));
  CHECK(std::isnan(gap_crossing_min({})));
  CHECK(std::isnan(gap_crossing_min(std::vector<double>(5000, 5.0))));
}
