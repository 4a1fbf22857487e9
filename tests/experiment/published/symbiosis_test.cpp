#include "experiment/published/symbiosis.hpp"

#include <cmath>
#include <numeric>
#include <set>

#include "base/parallel.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/small_scenario.hpp"

using namespace feedloop;

namespace {

SymbiosisParams small() {
  SymbiosisParams p;
  p.users = 20;
  p.items = 100;
  p.arrivals = 5;
  p.startup = 3;
  p.attributes = 5;
  p.clusters = 4;
  p.replications = 12;
  return p;
}

}  // namespace

TEST_CASE("designs of the symbiosis study give each variant what they promise") {
  const SymbiosisParams p = small();
  const ConsumptionWorld w = symbiosis_world(p);
  const auto cluster = preference_clusters(w, 4);
  std::set<std::vector<std::uint8_t>> drawn;
  for (std::uint32_t r = 0; r < 10; ++r) {
    const auto of = [&](std::string_view design) { return symbiosis_run(w, p, design, cluster, Seed{1}, r); };
    const ConsumptionRun naive = of("naive"), own = of("data_diverted"), co = of("co_diverted");
    drawn.insert(naive.variant);
    CHECK(std::accumulate(naive.variant.begin(), naive.variant.end(), 0) == 10);
    CHECK(own.variant == naive.variant);
    CHECK(co.variant == naive.variant);
    CHECK((!naive.own_data && own.own_data && co.own_data));
    CHECK((naive.corpus.empty() && own.corpus.empty()));
    for (std::size_t t = 0; t < w.periods(); ++t) {  // five arrivals: two and three in turn
      const auto begin = co.corpus.begin() + static_cast<std::ptrdiff_t>(5 * t);
      CHECK(std::accumulate(begin, begin + 5, 0) == (t % 2 == 0 ? 3 : 2));
    }
    const ConsumptionRun whole = of("clusters"), half = of("clusters_50"), none = of("clusters_100");
    CHECK_FALSE(whole.own_data);
    for (std::size_t u = 0; u < w.users; ++u)
      for (std::size_t v = 0; v < w.users; ++v)
        if (cluster[u] == cluster[v]) CHECK(whole.variant[u] == whole.variant[v]);
    // Users change places: as many in each variant as before.
    const int in_b = std::accumulate(whole.variant.begin(), whole.variant.end(), 0);
    CHECK(std::accumulate(half.variant.begin(), half.variant.end(), 0) == in_b);
    CHECK(std::accumulate(none.variant.begin(), none.variant.end(), 0) == in_b);
    int moved = 0;
    for (std::size_t u = 0; u < w.users; ++u) moved += half.variant[u] != whole.variant[u];
    CHECK(moved <= 10);
  }
  CHECK(drawn.size() == 10);
}

TEST_CASE("random and the oracle share nothing, so that a user's choices do not depend on what others are served") {
  const SymbiosisParams p = small();
  const ConsumptionWorld w = symbiosis_world(p);
  ConsumptionRun test = symbiosis_run(w, p, "naive", {}, Seed{4}, 2), all = test;
  test.recommenders = {LittleRecommender::Random, LittleRecommender::Oracle};
  const auto mixed = consume(w, test);
  for (const std::uint8_t v : {std::uint8_t{0}, std::uint8_t{1}}) {
    all.variant.assign(w.users, v);
    all.recommenders = test.recommenders;
    const auto alone = consume(w, all);
    for (std::size_t k = 0; k < mixed.size(); ++k)
      if (test.variant[k % w.users] == v) REQUIRE(mixed[k] == alone[k]);
  }
}

TEST_CASE("the symbiosis report compares like with like, whatever the number of threads") {
  const SymbiosisParams p = small();
  set_threads(1);
  const SymbiosisReport one = run_symbiosis(p, Seed{5});
  set_threads(3);
  const SymbiosisReport three = run_symbiosis(p, Seed{5});
  set_threads(0);
  REQUIRE(one.pairs.size() == 6);
  CHECK(one.reference == three.reference);
  for (std::size_t k = 0; k < 6; ++k) CHECK(one.pairs[k].take_up == three.pairs[k].take_up);
  CHECK(run_symbiosis(p, Seed{6}).reference != one.reference);

  const SymbiosisPair& last = one.pairs[5];  // random, oracle
  CHECK((last.a == 2 && last.b == 3));
  CHECK(last.take_up[0] == last.take_up[1]);  // naive and data-diverted
  const auto truth = one.true_effect(last), naive = one.estimate(last, 0);
  // The oracle shows what is liked; a half of the users differs from all by who they are alone.
  double bias = 0, square = 0;
  for (std::size_t r = 0; r < truth.size(); ++r) {
    CHECK(truth[r] == one.reference[2][r] - one.reference[3][r]);
    CHECK(truth[r] < 0);
    const double b = naive[r] - truth[r];
    bias += b, square += b * b;
  }
  CHECK(std::abs(bias) <= 5 * std::sqrt(square));  // some five standard errors of twelve replications
}

TEST_CASE("take-up counts recommended items after the start-up, by variant") {
  ConsumptionWorld w;
  w.users = 2;
  w.items = 4;
  w.arrivals = 2;
  ConsumptionRun run;
  run.variant = {0, 1};
  run.startup = 1;
  CHECK(take_up(w, run, std::vector<std::int32_t>{0, 1, 1, 2}) == std::array<double, 2>{1, 0});  // 2 is new in period 1
  CHECK(take_up(w, run, std::vector<std::int32_t>{0, 1, kNothing, 0}) == std::array<double, 2>{0, 1});
  run.variant = {0, 0};
  const auto alone = take_up(w, run, std::vector<std::int32_t>{0, 0, 0, 3});
  CHECK(alone[0] == 0.5);
  CHECK(std::isnan(alone[1]));
}

TEST_CASE("a symbiosis study that cannot be is refused") {
  SymbiosisParams p = small();
  p.startup = 20;
  CHECK(error_of([&] { symbiosis_world(p); }).find("startup` = 20 leaves no period") != std::string::npos);
  p = small();
  p.clusters = 21;
  CHECK(error_of([&] { symbiosis_world(p); }).find("clusters` = 21 is more than there are users, 20") != std::string::npos);
}

TEST_CASE("the table of the symbiosis study pools the replications of its seeds") {
  const Scenario s = SmallScenario{.sets = {"published.symbiosis.users=20", "published.symbiosis.items=100",
                                            "published.symbiosis.arrivals=5", "published.symbiosis.startup=3",
                                            "published.symbiosis.clusters=4", "published.symbiosis.replications=2"}}
                         .make();
  const auto tables = evaluate_symbiosis(s, {.seeds = 2});
  REQUIRE(tables.size() == 3);
  CHECK(tables[0].rows.size() == 4);
  for (const std::size_t t : {1u, 2u}) {
    REQUIRE(tables[t].rows.size() == 6);
    for (const auto& row : tables[t].rows) CHECK(row.size() == tables[t].columns.size());
  }
  CHECK(tables[2].note.find("4 replications") != std::string::npos);
  CHECK(tables[1].rows[5][2] == tables[1].rows[5][3]);  // random - oracle: naive is data-diverted
}
