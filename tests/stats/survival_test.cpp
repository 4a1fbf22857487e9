#include "stats/survival.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

struct Exit {
  double time;
  bool event;
};
LifeTable table_of(const std::vector<Exit>& exits) {
  LifeTable table;
  for (const Exit& e : exits) table.add(e.time, e.event);
  return table;
}

LifeTable drawn(Rng& rng, int units, double mean_stay, double followed) {
  LifeTable table;
  for (int i = 0; i < units; ++i) {
    const double stay = exponential(rng, mean_stay);
    table.add(std::min(stay, followed), stay < followed);
  }
  return table;
}

}  // namespace

TEST_CASE("the curve and its error follow a worked example") {
  // At 2: 6 at risk, one churns. At 3: 5 at risk, one churns, one is censored the same day. At 5: 3 at risk, two churn.
  const SurvivalCurve c = kaplan_meier(table_of({{2, true}, {3, true}, {3, false}, {5, true}, {5, true}, {7, false}}));
  REQUIRE(c.steps.size() == 3);
  CHECK(c.steps[1].at_risk == 5);
  CHECK(c.steps[2].at_risk == 3);
  CHECK(c.steps[1].survival == Approx(5.0 / 6 * 4 / 5));
  CHECK(c.steps[2].survival == Approx(5.0 / 6 * 4 / 5 / 3));
  CHECK(c.steps[1].se == Approx(c.steps[1].survival * std::sqrt(1.0 / 30 + 1.0 / 20)));
  CHECK(survival_at(c, 1.9).survival == 1);
  CHECK(survival_at(c, 4).survival == c.steps[1].survival);
  CHECK(survival_at(c, 7).survival == c.steps[2].survival);
  CHECK(std::isnan(survival_at(c, 7.5).survival));
  CHECK(survival_quantile(c, 0.3) == 3);
  CHECK(survival_quantile(c, 0.9) == kInfinity);
}

TEST_CASE("without censoring the curve is the share that stayed, with the binomial error") {
  Rng rng = stream({61}, Stream::Test, entity_key(0));
  const SurvivalCurve c = kaplan_meier(drawn(rng, 200, 5, kInfinity));
  for (std::size_t i = 0; i + 1 < c.steps.size(); ++i) {
    const double share = 1 - static_cast<double>(i + 1) / 200;
    CHECK(c.steps[i].survival == Approx(share));
    CHECK(c.steps[i].se == Approx(std::sqrt(share * (1 - share) / 200)));
  }
  CHECK(c.steps.back().survival == 0);
  CHECK(std::isnan(c.steps.back().se));
  CHECK(survival_at(c, 1e9).survival == 0);
}

TEST_CASE("tables merge to the table of all units") {
  const std::vector<Exit> first{{1, true}, {4, false}, {4, true}}, second{{4, true}, {2, false}};
  LifeTable merged = table_of(first), whole = table_of(first);
  merged.merge(table_of(second));
  for (const Exit& e : second) whole.add(e.time, e.event);
  CHECK(merged.units() == 5);
  CHECK(kaplan_meier(merged).steps.back().survival == kaplan_meier(whole).steps.back().survival);
  CHECK(merged.exits().at(4).events == 2);
}

TEST_CASE("the interval of a curve under censoring covers the true survival at its level") {
  // Stays of mean 10, censored uniformly; S(6) = exp(-0.6). Exact binomial bounds at 1e-6, widened by 1 % for the normal step.
  std::int64_t covered = 0;
  const std::int64_t reps = 3000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({63}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    LifeTable table;
    for (int i = 0; i < 60; ++i) {
      const double stay = exponential(rng, 10), followed = 4 + 10 * rng.uniform();
      table.add(std::min(stay, followed), stay < followed);
    }
    covered += survival_interval(survival_at(kaplan_meier(table), 6), 0.05).contains(std::exp(-0.6));
  }
  const Interval seen = clopper_pearson(covered, reps, 1e-6);
  CHECK(seen.low < 0.96);
  CHECK(seen.high > 0.94);
}

TEST_CASE("the log-rank statistic of two groups follows a worked example") {
  // Events at 1 (a), 2 (b), 3 (a), with 4, 3 and 2 at risk, of which a has 2, 1 and 1.
  const LifeTable groups[] = {table_of({{1, true}, {3, true}}), table_of({{2, true}, {3, false}})};
  const double excess = (1 - 2.0 / 4) + (0 - 1.0 / 3) + (1 - 1.0 / 2);
  const double variance = 0.25 + 1.0 / 3 * 2 / 3 + 0.25;
  const LogRank r = log_rank(groups);
  CHECK(r.status == TestStatus::Ok);
  CHECK(r.df == 1);
  CHECK(r.chi2 == Approx(excess * excess / variance));
  CHECK(r.p == Approx(chi2_sf(r.chi2, 1)));
}

TEST_CASE("the log-rank test of equal groups alarms at its level and finds a doubled hazard") {
  // 1000 tests of three equal groups of 40; exact binomial bounds at 1e-6, widened by 1 % for the chi-square limit.
  std::int64_t alarms = 0, found = 0;
  const std::int64_t reps = 1000;
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({65}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    LifeTable groups[] = {drawn(rng, 40, 10, 14), drawn(rng, 40, 10, 14), drawn(rng, 40, 10, 14)};
    alarms += log_rank(groups).p < 0.05;
    groups[1] = drawn(rng, 40, 5, 14);
    found += log_rank(groups).p < 0.05;
  }
  const Interval seen = clopper_pearson(alarms, reps, 1e-6);
  CHECK(seen.low < 0.06);
  CHECK(seen.high > 0.04);
  CHECK(found > reps * 3 / 5);
}

TEST_CASE("groups that cannot be compared give a status") {
  const LifeTable some = table_of({{1, true}, {2, true}}), none, early = table_of({{0.5, false}});
  CHECK(log_rank({}).status == TestStatus::NotEnoughData);
  CHECK(log_rank(std::vector{some, none}).status == TestStatus::NotEnoughData);
  CHECK(log_rank(std::vector{some, early}).status == TestStatus::NotEnoughData);  // left before any event
  CHECK(log_rank(std::vector{table_of({{1, true}}), table_of({{1, true}})}).status ==
        TestStatus::NotEnoughData);  // all at once
  const std::vector two{some, table_of({{1.5, true}, {3, false}})};
  const LogRank plain = log_rank(two), with = log_rank(std::vector{two[0], none, two[1], early});
  CHECK(with.df == 1);
  CHECK(with.chi2 == Approx(plain.chi2));
  CHECK(kaplan_meier(none).steps.empty());
  CHECK(std::isnan(survival_at(kaplan_meier(none), 0).survival));
  CHECK(std::isnan(survival_interval(survival_at(kaplan_meier(some), 0), 0.05).low));
}
