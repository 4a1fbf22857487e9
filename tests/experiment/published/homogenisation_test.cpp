#include "experiment/published/homogenisation.hpp"

#include "base/parallel.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "stats/diversity.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

HomogenisationParams small() {
  HomogenisationParams p;
  p.users = 20;
  p.items = 120;
  p.arrivals = 4;
  p.startup = 4;
  p.single_startup = 15;
  p.attributes = 6;
  return p;
}

}  // namespace

TEST_CASE("likeness, utility and concentration of consumption as computed by hand") {
  ConsumptionWorld w;
  w.users = 3;
  w.items = 4;
  w.attributes = 2;
  w.arrivals = 1;
  w.preference = {0.9, 0.1, 0.5, 0.5, 0.8, 0.2};
  w.attribute = {1, 0, 0, 1, 0.5, 0.5, 0, 1};
  set_utilities(w);
  const auto likeness = most_similar_users(w);
  CHECK(likeness == std::vector<std::size_t>{2, 2, 0});
  // Three periods of three users, the first a start-up.
  const std::vector<std::int32_t> chosen{0, 0, 0, 1, 0, 2, kNothing, 2, 1};
  const Homogenisation h = homogenisation_of(w, likeness, 1, chosen);
  // Sets {0, 1}, {0, 2}, {0, 1, 2}: 2 / 3, 2 / 3 and 2 / 3.
  CHECK(h.jaccard == Approx(2.0 / 3));
  CHECK(h.utility == Approx((0.1 + 0.5 + 0.5 + 0.5 + 0.2) / 5));
  CHECK(h.gini == Approx(gini(std::vector<std::int64_t>{4, 2, 2, 0})));
}

TEST_CASE("nobody consumes an item twice, and everybody one a period") {
  const ConsumptionWorld w = homogenisation_world(small(), Seed{2});
  for (const LittleRecommender kind : kHomogenisationRecommenders) {
    ConsumptionRun run;
    run.recommenders.fill(kind);
    run.variant.assign(w.users, 0);
    run.startup = 4;
    run.seed = Seed{2};
    const auto chosen = consume(w, run);
    std::vector<int> times(w.users * w.items);
    for (std::size_t k = 0; k < chosen.size(); ++k) {
      REQUIRE(chosen[k] != kNothing);
      CHECK(++times[k % w.users * w.items + static_cast<std::size_t>(chosen[k])] == 1);
    }
  }
}

TEST_CASE("nobody is better served than by the ideal, and a single training stays as it was") {
  const HomogenisationReport report = run_homogenisation(small(), Seed{3});
  for (const auto& of_recommender : report)
    for (const Homogenisation& h : of_recommender) CHECK(h.utility_change <= 0);
  for (const Homogenisation& ideal : report.back()) {
    CHECK(ideal.jaccard_change == 0);
    CHECK(ideal.gini_change == 0);
  }
  CHECK(report[2][0].gini > report[4][0].gini);  // popularity concentrates more than chance
  // Where nothing is learned, training once or often is the same.
  const ConsumptionWorld w = homogenisation_world(small(), Seed{3});
  ConsumptionRun run;
  run.variant.assign(w.users, 0);
  run.startup = 4;
  std::vector<std::int32_t> chosen[2][2];
  for (const bool retrain : {false, true})
    for (const std::size_t k : {0u, 1u}) {
      run.retrain = retrain;
      run.recommenders.fill(k == 0 ? LittleRecommender::Random : LittleRecommender::Popularity);
      chosen[k][retrain] = consume(w, run);
    }
  CHECK(chosen[0][0] == chosen[0][1]);
  CHECK(chosen[1][0] != chosen[1][1]);
}

TEST_CASE("the homogenisation report does not depend on the number of threads") {
  set_threads(1);
  const HomogenisationReport one = run_homogenisation(small(), Seed{1});
  set_threads(3);
  const HomogenisationReport three = run_homogenisation(small(), Seed{1});
  set_threads(0);
  for (std::size_t r = 0; r < one.size(); ++r)
    for (std::size_t t = 0; t < 2; ++t) {
      CHECK(one[r][t].jaccard == three[r][t].jaccard);
      CHECK(one[r][t].utility == three[r][t].utility);
      CHECK(one[r][t].gini == three[r][t].gini);
    }
}

TEST_CASE("a homogenisation study that cannot be is refused") {
  HomogenisationParams p = small();
  p.single_startup = 30;
  CHECK(error_of([&] { homogenisation_world(p, Seed{1}); }).find("single_startup` = 30 leaves no period") != std::string::npos);
  p = small();
  p.startup = 31;
  CHECK(error_of([&] { homogenisation_world(p, Seed{1}); }).find("startup` = 31") != std::string::npos);
}

TEST_CASE("the table of the homogenisation study has a row a recommender and the ideal's are zeros") {
  const Scenario s =
      SmallScenario{.sets = {"published.homogenisation.users=20", "published.homogenisation.items=120",
                             "published.homogenisation.arrivals=4", "published.homogenisation.single_startup=15"}}
          .make();
  const auto tables = evaluate_homogenisation(s, {.seeds = 2});
  REQUIRE(tables.size() == 2);
  for (const EvaluationTable& t : tables) {
    REQUIRE(t.rows.size() == kHomogenisationRecommenders.size());
    CHECK(t.rows.back()[2] == "0.000 ± 0.000");
  }
}
