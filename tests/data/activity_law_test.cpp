#include "data/activity_law.hpp"

#include <cmath>
#include <vector>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Rounded lognormal counts of those users who reach `smallest`.
std::vector<std::int64_t> planted_counts(double log_mean, double log_sd, int users, std::int64_t smallest, std::uint64_t key) {
  std::vector<std::int64_t> counts;
  for (std::uint32_t u = 0; static_cast<int>(counts.size()) < users; ++u) {
    Rng rng = stream(Seed{2}, Stream::Test, entity_key(key, u));
    const auto n = static_cast<std::int64_t>(std::llround(std::exp(log_mean + log_sd * normal(rng))));
    if (n >= smallest) counts.push_back(n);
  }
  return counts;
}

}  // namespace

// 4.5 standard errors: each of the six comparisons fails without cause with probability 7e-6. Rounding to whole events moves
// the parameters by less than 0.01 from 5 events on.
TEST_CASE("a planted activity law is recovered from behind its cut") {
  std::uint64_t key = 0;
  for (const auto& [smallest, log_mean] : {std::pair{1, 4.0}, {20, 4.0}, {50, 3.9}}) {
    const ActivityLaw law = fit_activity(planted_counts(log_mean, 1.1, 20'000, smallest, ++key));
    INFO("cut " << smallest << ": " << law.log_mean << " " << law.log_sd);
    REQUIRE(law.identified);
    CHECK(law.smallest == smallest);
    CHECK(std::fabs(law.log_mean - log_mean) < 4.5 / 1.96 * (law.log_mean_ci.high - law.log_mean_ci.low) / 2 + 0.01);
    CHECK(std::fabs(law.log_sd - 1.1) < 4.5 / 1.96 * (law.log_sd_ci.high - law.log_sd_ci.low) / 2 + 0.01);
    const double hidden = 0.5 * std::erfc((log_mean - std::log(smallest - 0.5)) / 1.1 / std::sqrt(2.0));
    CHECK(law.share_below == Approx(hidden).margin(0.05));
  }
}

TEST_CASE("where the cut hides the law, plain moments stand in and say so") {
  std::vector<std::int64_t> counts;  // a Pareto tail: ln(events) above the cut is exponential, which no normal law's flank is
  for (int k = 1; k <= 500; ++k) counts.push_back(static_cast<std::int64_t>(20 * std::pow(500.5 / (500.5 - k), 1.5)));
  const ActivityLaw law = fit_activity(counts);
  CHECK_FALSE(law.identified);
  CHECK(std::isfinite(law.log_mean));
  CHECK(std::isnan(law.log_mean_ci.low));
  const ActivityLaw same = fit_activity(std::vector<std::int64_t>(30, 12));
  CHECK_FALSE(same.identified);
  CHECK(std::isfinite(same.log_sd));
}
