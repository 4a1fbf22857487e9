#include "data/visit_rate.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Plan {
  double median = 0.65, sigma = 1.0, days = 14, weekly_sd = 0, kept = 1;
  std::int64_t least = 1;  // visits from which on a person is in the log
  int people = 4000;
};

// Visits of those who show, by the law that is fitted.
std::vector<std::int64_t> planted(const Plan& plan, std::uint64_t key) {
  std::vector<std::int64_t> visits;
  for (int u = 0; u < plan.people; ++u) {
    Rng rng = stream(Seed{31}, Stream::Test, entity_key(key, static_cast<std::uint64_t>(u)));
    const double own = lognormal(rng, plan.median, plan.sigma);
    const double week = std::exp(plan.weekly_sd * normal(rng) - 0.5 * plan.weekly_sd * plan.weekly_sd);
    const auto n = static_cast<std::int64_t>(poisson(rng, own * week * plan.days * plan.kept));
    if (n >= plan.least) visits.push_back(n);
  }
  return visits;
}

double error_of(double low, double high) { return (high - low) / (2 * 1.96); }

}  // namespace

// 4.5 standard errors: each of the fifteen comparisons fails without cause with probability 7e-6; the share hidden is within
// 0.02 of the share that was.
TEST_CASE("planted rates of visits are recovered from behind the cut, the thinning and the weekly factor") {
  std::uint64_t key = 0;
  for (const Plan& plan : {Plan{}, Plan{.days = 3}, Plan{.least = 5}, Plan{.median = 2, .sigma = 0.6, .weekly_sd = 0.5},
                           Plan{.days = 28, .kept = 0.3}}) {
    const auto visits = planted(plan, ++key);
    std::vector<double> shown(static_cast<std::size_t>(plan.least), 0.0);
    const VisitRate r = fit_visit_rate(visits, plan.days, shown, plan.weekly_sd, plan.kept);
    INFO("plan " << key << ": median " << r.median << ", sigma " << r.sigma << ", hidden " << r.share_hidden);
    REQUIRE(r.identified);
    const double log_se = error_of(std::log(r.median_ci.low), std::log(r.median_ci.high));
    CHECK(std::fabs(std::log(r.median / plan.median)) < 4.5 * log_se);
    CHECK(std::fabs(r.sigma - plan.sigma) < 4.5 * error_of(r.sigma_ci.low, r.sigma_ci.high));
    CHECK(log_se < 0.1);
    CHECK(r.share_hidden == Approx(1 - static_cast<double>(visits.size()) / plan.people).margin(0.02));
  }
}

// Were the cut forgotten, five visits at the least would look like a livelier population.
TEST_CASE("a cut that is not declared misleads") {
  const Plan plan{.least = 5};
  const VisitRate naive = fit_visit_rate(planted(plan, 1), plan.days, std::vector<double>{0}, 0, 1);
  CHECK(naive.median > 1.3 * plan.median);
}

TEST_CASE("too few people, or all alike, identify nothing") {
  CHECK_FALSE(fit_visit_rate(std::vector<std::int64_t>(29, 3), 7, std::vector<double>{0}, 0, 1).identified);
  CHECK_FALSE(fit_visit_rate(std::vector<std::int64_t>(500, 1), 7, std::vector<double>{0}, 0, 1).identified);
  CHECK(std::isnan(fit_visit_rate(std::vector<std::int64_t>(500, 1), 7, std::vector<double>{0}, 0, 1).median));
}

TEST_CASE("the mean of weekly factors varies as the closed form says") {
  CHECK(sd_of_mean_week(7, 0.7, 0.6) == Approx(0.7));
  CHECK(sd_of_mean_week(3, 0.7, 0.6) == Approx(0.7));
  const double two = 0.5 * std::exp(0.49) + 0.5 * std::exp(0.49 * 0.6);
  CHECK(sd_of_mean_week(14, 0.7, 0.6) == Approx(std::sqrt(std::log(two))));
  CHECK(sd_of_mean_week(14, 0.7, 1) == Approx(0.7));
  CHECK(sd_of_mean_week(280, 0.7, 0.6) < sd_of_mean_week(28, 0.7, 0.6));
  CHECK(sd_of_mean_week(28, 0, 0.6) == 0);
}
