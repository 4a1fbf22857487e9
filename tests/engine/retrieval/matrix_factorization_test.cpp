#include "engine/retrieval/matrix_factorization.hpp"

#include <Eigen/Cholesky>
#include <map>

#include "base/parallel.hpp"
#include "tests/engine/tiny_platform.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Users and items fall into blocks; users play items of their own block, with a few slips.
TrainingLog block_log(Catalog shelf, std::size_t users, std::size_t blocks, int plays_each) {
  TrainingLog log({}, {1});
  std::vector<Interaction> batch;
  for (std::size_t u = 0; u < users; ++u) {
    Rng rng = stream({9}, Stream::Test, entity_key(u));
    for (int n = 0; n < plays_each; ++n) {
      std::size_t item = uniform_below(rng, static_cast<std::uint32_t>(shelf.size() / blocks)) * blocks + u % blocks;
      if (bernoulli(rng, 0.05)) item = uniform_below(rng, static_cast<std::uint32_t>(shelf.size()));
      batch.push_back(
          page_of(request_of(UserId{u}, SimTime{static_cast<std::int64_t>(batch.size())}, static_cast<std::uint32_t>(n)),
                  {shelf[item].id}, {play(shelf[item], 0.3 + 0.7 * rng.uniform())}));
    }
  }
  log.append(batch, shelf);
  return log;
}

struct Factors {
  std::vector<float> users, items;
  explicit Factors(MatrixFactorization& mf) {
    const std::string bytes = save_state(mf);
    State s(bytes);
    s(users);
    s(items);
  }
};

MatrixFactorization trained(const TrainingLog& log, Catalog shelf, const MatrixFactorization::Params& p) {
  MatrixFactorization mf(p);
  ItemStats stats({});
  mf.train(log, {SimTime{0} + kDay, shelf, stats, Seed{3}});
  return mf;
}

}  // namespace

TEST_CASE("factors recover planted blocks") {
  const auto shelf = make_shelf(80);
  const TrainingLog log = block_log(shelf, 120, 4, 15);
  MatrixFactorization::Params p;
  p.dims = 8;
  p.regularisation = 1;
  const MatrixFactorization mf = trained(log, shelf, p);
  std::size_t own = 0, all = 0;
  double inside = 0, outside = 0;
  for (std::size_t u = 0; u < 120; ++u) {
    const Request r = request_of(UserId{u}, SimTime{0} + kDay);
    const auto top = nominate(mf, r, {}, shelf, 20);
    REQUIRE(top.size() == 20);
    for (const Scored& s : top) {
      own += s.item.index() % 4 == u % 4;
      all += 1;
      REQUIRE(s.score == Approx(affinity(mf, UserId{u}, s.item)).epsilon(1e-5).margin(1e-6));
    }
    for (std::size_t i = 0; i < 80; ++i)
      (i % 4 == u % 4 ? inside : outside) += static_cast<double>(affinity(mf, UserId{u}, ItemId{i}));
  }
  // Chance would give a quarter.
  CHECK(static_cast<double>(own) > 0.9 * static_cast<double>(all));
  CHECK(inside / 20 > 5 * std::fabs(outside / 60));
}

TEST_CASE("a half-sweep solves every user's normal equations") {
  const auto shelf = make_shelf(30);
  const TrainingLog log = block_log(shelf, 25, 3, 8);
  MatrixFactorization::Params p;
  p.dims = 6;
  p.regularisation = 0.5;
  MatrixFactorization mf = trained(log, shelf, p);
  const Factors f(mf);
  const int d = 6;
  REQUIRE(f.users.size() == 25u * d);
  REQUIRE(f.items.size() == 30u * d);
  Eigen::MatrixXd y(30, d);
  for (int i = 0; i < 30; ++i)
    for (int k = 0; k < d; ++k) y(i, k) = static_cast<double>(f.items[static_cast<std::size_t>(i * d + k)]);
  for (std::uint32_t u = 0; u < 25; ++u) {
    // (Y' C Y + lambda I) x = Y' C p with C dense: 1 where nothing was played.
    Eigen::VectorXd confidence = Eigen::VectorXd::Ones(30), preference = Eigen::VectorXd::Zero(30);
    for (const Play& play_row : log.plays())
      if (play_row.user.value == u) {
        confidence[play_row.item.value] += p.alpha * static_cast<double>(play_row.value);
        preference[play_row.item.value] = 1;
      }
    const Eigen::MatrixXd a = y.transpose() * confidence.asDiagonal() * y + p.regularisation * Eigen::MatrixXd::Identity(d, d);
    const Eigen::VectorXd want = a.ldlt().solve(y.transpose() * (confidence.cwiseProduct(preference)));
    for (int k = 0; k < d; ++k)
      CHECK(static_cast<double>(f.users[u * d + static_cast<std::uint32_t>(k)]) == Approx(want[k]).epsilon(1e-3).margin(1e-4));
  }
}

TEST_CASE("more sweeps never worsen the weighted squared error they minimise") {
  const auto shelf = make_shelf(40);
  const TrainingLog log = block_log(shelf, 40, 4, 10);
  MatrixFactorization::Params p;
  p.dims = 5;
  p.regularisation = 1;
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> played;
  for (const Play& x : log.plays()) played[{x.user.value, x.item.value}] += static_cast<double>(x.value);
  double last = 1e300;
  for (const std::int64_t sweeps : {1, 2, 4, 8, 16}) {
    p.first_sweeps = sweeps;
    MatrixFactorization mf = trained(log, shelf, p);
    const Factors f(mf);
    double loss = 0;
    for (const float x : f.users) loss += p.regularisation * static_cast<double>(x) * static_cast<double>(x);
    for (const float x : f.items) loss += p.regularisation * static_cast<double>(x) * static_cast<double>(x);
    for (std::uint32_t u = 0; u < 40; ++u)
      for (std::uint32_t i = 0; i < 40; ++i) {
        const auto it = played.find({u, i});
        const double miss = (it == played.end() ? 0.0 : 1.0) - static_cast<double>(affinity(mf, UserId{u}, ItemId{i}));
        loss += (1 + (it == played.end() ? 0.0 : p.alpha * it->second)) * miss * miss;
      }
    CHECK(loss <= last * (1 + 1e-5));
    last = loss;
  }
}

TEST_CASE("training has the same bits on any number of threads") {
  const auto shelf = make_shelf(300);
  const TrainingLog log = block_log(shelf, 400, 5, 8);
  const int before = threads();
  std::vector<std::string> states;
  for (const char* solver : {"cholesky", "cg"})
    for (const int n : {1, 2, 8}) {
      set_threads(n);
      MatrixFactorization::Params p;
      p.solver = solver;
      MatrixFactorization mf = trained(log, shelf, p);
      states.push_back(save_state(mf));
    }
  set_threads(before);
  for (const std::size_t first : {0, 3})
    for (const std::size_t other : {1, 2}) CHECK(states[first] == states[first + other]);
}

TEST_CASE("who has no plays is unknown and what has none is neutral") {
  const auto shelf = make_shelf(30);
  const TrainingLog log = block_log(Catalog(shelf).first(20), 10, 2, 5);
  const MatrixFactorization mf = trained(log, shelf, {});
  CHECK(affinity(mf, UserId{10}, ItemId{0}) == 0);
  CHECK(affinity(mf, UserId{0}, ItemId{25}) == 0);
  CHECK(affinity(mf, UserId{0}, ItemId{30'000}) == 0);
  const Request r = request_of(UserId{500}, SimTime{0});
  CHECK(nominate(mf, r, {}, shelf, 5).empty());
}

TEST_CASE("conjugate gradients come nearer to the exact solution with each step and reach it") {
  const auto shelf = make_shelf(60);
  const TrainingLog log = block_log(shelf, 80, 4, 12);
  MatrixFactorization::Params p;
  p.dims = 8;
  p.regularisation = 1;
  MatrixFactorization exact = trained(log, shelf, p);
  const Factors want(exact);
  double norm = 0, last = 1e300;
  for (const float x : want.users) norm += static_cast<double>(x) * static_cast<double>(x);
  p.solver = "cg";
  for (const std::int64_t steps : {1, 3, 8, 20}) {
    p.cg_steps = steps;
    MatrixFactorization mf = trained(log, shelf, p);
    const Factors got(mf);
    double miss = 0;
    for (std::size_t i = 0; i < want.users.size(); ++i)
      miss += std::pow(static_cast<double>(got.users[i]) - static_cast<double>(want.users[i]), 2);
    CHECK(miss < last);
    last = miss;
  }
  CHECK(last < 1e-4 * norm);
}

TEST_CASE("three steps a night settle on the exact objective") {
  const auto shelf = make_shelf(60);
  const TrainingLog log = block_log(shelf, 80, 4, 12);
  MatrixFactorization::Params p;
  p.dims = 32;
  ItemStats stats({});
  double inside[2] = {};
  for (const bool cg : {false, true}) {
    p.solver = cg ? "cg" : "cholesky";
    MatrixFactorization mf(p);
    for (int night = 1; night <= 5; ++night) mf.train(log, {SimTime{0} + kDay * night, shelf, stats, Seed{3}});
    for (const Play& x : log.plays()) inside[cg] += static_cast<double>(affinity(mf, x.user, x.item));
  }
  CHECK(inside[1] == Approx(inside[0]).epsilon(0.01));
}
