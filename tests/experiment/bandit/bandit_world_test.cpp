#include "experiment/bandit/bandit_world.hpp"

#include <cmath>
#include <set>

#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/error_of.hpp"

using namespace feedloop;

TEST_CASE("a stationary world has one best action above equals and clicks come at its rate") {
  BanditWorldParams params;
  params.best = 0.3;
  params.gap = 0.1;
  BanditWorld world(params, 5, Seed{4});
  int best = 0;
  std::vector<std::int64_t> clicks(5);
  constexpr std::int64_t kRounds = 20'000;
  for (std::int64_t t = 0; t < kRounds; ++t) {
    world.begin(t);
    for (std::size_t a = 0; a < 5; ++a) clicks[a] += world.clicked(a);
  }
  for (std::size_t a = 0; a < 5; ++a) {
    best += world.probability(a) == 0.3;
    CHECK((world.probability(a) == 0.3 || world.probability(a) == Approx(0.2)));
    CHECK(consistent_with_rate(clicks[a], kRounds, world.probability(a), 1e-7));
  }
  CHECK(best == 1);
  CHECK(world.best() == 0.3);
}

TEST_CASE("a drifting world is drawn again at each change and only then") {
  BanditWorldParams params;
  params.kind = "drifting";
  params.profile = "uniform";
  params.drift_rounds = 100;
  BanditWorld world(params, 8, Seed{4});
  std::set<double> seen;
  for (std::int64_t t = 0; t < 500; ++t) {
    world.begin(t);
    double most = 0;
    for (std::size_t a = 0; a < 8; ++a) {
      CHECK((world.probability(a) >= params.worst && world.probability(a) <= params.best));
      most = std::max(most, world.probability(a));
    }
    CHECK(world.best() == most);
    seen.insert(world.probability(3));
  }
  CHECK(seen.size() == 5);
}

TEST_CASE("in a contextual world the best action depends on the round and probabilities stay within the ends") {
  BanditWorldParams params;
  params.kind = "contextual";
  params.dims = 5;
  params.best = 0.2;
  params.worst = 0;
  BanditWorld world(params, 20, Seed{4}), other(params, 20, Seed{5});
  std::set<std::size_t> best;
  for (std::int64_t t = 0; t < 200; ++t) {
    world.begin(t);
    REQUIRE(world.rows().size() == 5);
    double norm = 0;
    for (const float x : world.rows()) norm += static_cast<double>(x) * static_cast<double>(x);
    CHECK(norm == Approx(1).epsilon(1e-5));
    for (std::size_t a = 0; a < 20; ++a) {
      CHECK((world.probability(a) >= -1e-9 && world.probability(a) <= 0.2 + 1e-6));
      if (world.probability(a) == world.best()) best.insert(a);
    }
  }
  CHECK(best.size() > 10);
  world.begin(7), other.begin(7);
  CHECK(world.rows()[0] != other.rows()[0]);
}

TEST_CASE("with features one row each tells the probability by coefficients that all actions share") {
  BanditWorldParams params;
  params.kind = "features";
  params.dims = 3;
  params.best = 1;
  params.worst = 0;
  BanditWorld world(params, 6, Seed{4});
  REQUIRE(world.width() == 6);
  // Six coefficients for 120 rows, found by Kaczmarz's sweeps: all must agree. Of vectors this short no probability is cut.
  std::vector<std::vector<double>> rows;
  std::vector<double> p;
  for (std::int64_t t = 0; t < 20; ++t) {
    world.begin(t);
    REQUIRE(world.rows().size() == 36);
    for (std::size_t a = 0; a < 6; ++a) {
      const double q = world.probability(a);
      CHECK((q >= 0 && q <= 1 && q <= world.best()));
      rows.emplace_back(world.rows().begin() + static_cast<std::ptrdiff_t>(a * 6),
                        world.rows().begin() + static_cast<std::ptrdiff_t>(a * 6 + 6));
      p.push_back(q - 0.5);
    }
  }
  std::vector<double> theta(6, 0.0);
  for (std::size_t sweep = 0; sweep < 200'000; ++sweep) {
    const std::size_t i = sweep % rows.size();
    double off = p[i], norm = 0;
    for (std::size_t c = 0; c < 6; ++c) off -= theta[c] * rows[i][c], norm += rows[i][c] * rows[i][c];
    for (std::size_t c = 0; c < 6; ++c) theta[c] += off / norm * rows[i][c];
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    double fit = 0;
    for (std::size_t c = 0; c < 6; ++c) fit += theta[c] * rows[i][c];
    CHECK(fit == Approx(p[i]).margin(1e-4));
  }
}

TEST_CASE("a beta world draws rates of that mean and spread and refuses what no Beta distribution has") {
  BanditWorldParams params;
  params.profile = "beta";
  params.mean = 0.004;
  params.cv = 0.22;
  constexpr std::size_t kActions = 20'000;
  const BanditWorld world(params, kActions, Seed{5});
  double mean = 0, square = 0;
  for (std::size_t a = 0; a < kActions; ++a) {
    const double x = world.probability(a) / params.mean - 1;
    mean += x / kActions;
    square += x * x / kActions;
  }
  CHECK(std::abs(mean) < 5 * 0.22 / std::sqrt(double{kActions}));  // fails once in 1.7 million seeds
  CHECK(std::sqrt(square) == Approx(0.22).epsilon(0.03));  // six standard errors: (1 / 2) sqrt((kurtosis - 1) / n) = 0.5 %
  params.mean = 0.5;
  params.cv = 1;
  CHECK(error_of([&] { BanditWorld(params, 2, Seed{5}); }).find("`bandit.world.cv` = 1 of a mean of 0.5") != std::string::npos);
  params.mean = 0;
  CHECK(error_of([&] { BanditWorld(params, 2, Seed{5}); }).find("the mean must be above 0") != std::string::npos);
}
