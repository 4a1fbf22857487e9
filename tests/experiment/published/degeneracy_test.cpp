#include "experiment/published/degeneracy.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

DegeneracyParams small() {
  DegeneracyParams p;
  p.items = 12;
  p.slots = 2;
  p.steps = 400;
  p.users = 3;
  p.drift = 0.05;
  return p;
}

constexpr std::array kAll{DriftRecommender::OptimalOracle, DriftRecommender::Oracle, DriftRecommender::Ucb,
                          DriftRecommender::Thompson, DriftRecommender::Random};

}  // namespace

TEST_CASE("one item's interest moves by clicks of the logistic's probability") {
  // With a tiny drift the clicks of ten steps are binomial at 1 / (1 + exp(-mu_0)), and the distance is delta |2 clicks - 10|.
  DegeneracyParams p;
  p.items = p.slots = 1;
  p.steps = 10;
  p.drift = 1e-9;
  double expected = 0, square = 0;
  constexpr int kNodes = 2'000;
  for (int n = 0; n < kNodes; ++n) {
    const double q = logistic(-1 + 2 * (n + 0.5) / kNodes);
    double weight = std::pow(1 - q, 10);
    for (int k = 0; k <= 10; ++k) {
      expected += weight * std::abs(2 * k - 10) / kNodes / 2;   // E delta = drift / 2
      square += weight * std::pow(2 * k - 10, 2) / kNodes / 3;  // E delta^2 = drift^2 / 3
      weight *= (10.0 - k) / (k + 1) * q / (1 - q);
    }
  }
  constexpr std::uint32_t kUsers = 20'000;
  double sum = 0;
  for (std::uint32_t u = 0; u < kUsers; ++u) {
    const Degeneracy d = degenerate(p, DriftRecommender::Random, 0, Seed{1}, u);
    CHECK(d.largest == d.distance.back());
    sum += d.largest / p.drift;
  }
  // Five standard errors: fails once in 1.7 million seeds.
  CHECK(sum / kUsers == Approx(expected).margin(5 * std::sqrt((square - expected * expected) / kUsers)));
}

TEST_CASE("where everything is shown all recommenders are one, and without drift nothing moves") {
  DegeneracyParams p = small();
  p.slots = p.items;
  const Degeneracy one = degenerate(p, kAll[0], 0, Seed{2}, 0);
  CHECK(one.distance.front() == 0);
  CHECK(one.distance.back() > one.largest);
  CHECK(one.growth == Approx((one.distance[10] - one.distance[5]) / 200 * 1000));
  for (const DriftRecommender r : kAll) CHECK(degenerate(p, r, 0, Seed{2}, 0).distance == one.distance);
  p.law = "equal";  // then every interest has moved by a whole number of steps of the same size
  const double steps = degenerate(p, kAll[0], 0, Seed{2}, 0).largest / (p.drift / 2);
  CHECK(steps == Approx(std::round(steps)).margin(1e-6));
  p = small();
  p.drift = 0;
  for (const DriftRecommender r : kAll) CHECK(degenerate(p, r, 1, Seed{2}, 0).distance.back() == 0);
}

TEST_CASE("oracles drive interests further than chance does, the one that looks ahead the furthest") {
  DegeneracyParams p = small();
  p.users = 20;
  const DegeneracyReport report = run_degeneracy(p, Seed{3});
  CHECK(report[0][0].distance.back() > report[1][0].distance.back());
  CHECK(report[1][0].distance.back() > report[2][0].distance.back());
  CHECK(report[1][0].distance.back() > report[3][0].distance.back());
  CHECK(report[2][0].distance.back() > report[4][0].distance.back());
  CHECK(report[3][0].distance.back() > report[4][0].distance.back());
  CHECK(report[4][3].distance.back() < report[4][0].distance.back());  // random recommendations of a growing pool
}

TEST_CASE("a pool grows by a power of the step") {
  CHECK(pool_size(100, 0, 1'000'000) == 100);
  CHECK(pool_size(100, 0.5, 0) == 100);
  CHECK(pool_size(100, 0.5, 80) == 108);
  CHECK(pool_size(100, 1, 5'000) == 5'100);
}

TEST_CASE("the degeneracy report is a mean over users and does not depend on the number of threads") {
  const DegeneracyParams p = small();
  set_threads(1);
  const DegeneracyReport one = run_degeneracy(p, Seed{4});
  set_threads(3);
  const DegeneracyReport three = run_degeneracy(p, Seed{4});
  set_threads(0);
  for (std::size_t r = 0; r < one.size(); ++r)
    for (std::size_t pool = 0; pool < kPoolGrowths.size(); ++pool) {
      CHECK(one[r][pool].distance == three[r][pool].distance);
      CHECK(one[r][pool].largest == three[r][pool].largest);
    }
  double largest = 0;
  for (std::uint32_t u = 0; u < 3; ++u) largest += degenerate(p, DriftRecommender::Ucb, 0.75, Seed{4}, u).largest / 3;
  CHECK(one[2][2].largest == Approx(largest));
}

TEST_CASE("a degeneracy study that cannot be is refused, and its tables have a row a recommender") {
  DegeneracyParams p = small();
  p.slots = 13;
  CHECK(error_of([&] { run_degeneracy(p, Seed{1}); }).find("slots` = 13 is more than there are items, 12") !=
        std::string::npos);
  p = small();
  p.steps = 65'525;
  CHECK(error_of([&] { run_degeneracy(p, Seed{1}); }).find("make a pool of 65536 items") != std::string::npos);
  const Scenario s =
      SmallScenario{.sets = {"published.degeneracy.items=12", "published.degeneracy.slots=2", "published.degeneracy.steps=25"}}
          .make();
  const auto tables = evaluate_degeneracy(s, {.seeds = 2});
  REQUIRE(tables.size() == 3);
  for (const EvaluationTable& t : tables) {
    REQUIRE(t.rows.size() == kDriftRecommenders.size());
    for (const auto& row : t.rows) CHECK(row.size() == t.columns.size());
  }
  CHECK(tables[0].columns[1] == "step 3");  // the first at or after a tenth
  CHECK(tables[2].note.find("2 worlds of one user") != std::string::npos);
}
