#include "policies/linear_book.hpp"

#include <cmath>

#include "base/distributions.hpp"
#include "base/linear_solve.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

constexpr std::size_t kDims = 4, kItems = 3;

Interaction page_of(std::uint64_t item, const std::vector<float>& row, bool clicked) {
  Interaction page;
  Slot slot;
  slot.item = ItemId{item};
  page.slate.slots.push_back(slot);
  SlotOutcome o;
  o.seen = true;
  o.clicked = clicked;
  page.outcome.slots.push_back(o);
  page.features = row;
  page.width = static_cast<int>(row.size());
  return page;
}

}  // namespace

TEST_CASE("the hybrid model is the ridge regression on shared and own coordinates together") {
  // Li et al. 2010, alg. 2, against one dense system of all coefficients: means and variances alike.
  LinearParams params;
  params.model = "hybrid";
  params.item_dims = 2;
  params.context = {.dims = kDims, .standardise = false};
  LinearBook book(params);
  constexpr int k = kDims + 1, m = 2, total = k + m * static_cast<int>(kItems);
  Eigen::MatrixXd a = Eigen::MatrixXd::Identity(total, total);
  Eigen::VectorXd b = Eigen::VectorXd::Zero(total);
  Rng rng = stream({8}, Stream::Test, {});
  const auto wide = [&](std::size_t item, const std::vector<float>& row) {
    Eigen::VectorXd x = Eigen::VectorXd::Zero(total);
    x(0) = 1;
    for (int c = 1; c < k; ++c) x(c) = static_cast<double>(row[static_cast<std::size_t>(c - 1)]);
    for (int c = 0; c < m; ++c) x(k + m * static_cast<int>(item) + c) = x(c);
    return x;
  };
  const auto row = [&] {
    std::vector<float> r(kDims);
    for (float& v : r) v = static_cast<float>(normal(rng));
    return r;
  };
  for (int n = 0; n < 60; ++n) {
    const std::size_t item = uniform_below(rng, kItems - 1);  // the last item is never shown
    const auto r = row();
    const bool clicked = rng.uniform() < 0.4;
    book.learn(std::vector{page_of(item, r, clicked)});
    const Eigen::VectorXd x = wide(item, r);
    a += x * x.transpose();
    if (clicked) b += x;
  }
  Ranking ranking;
  ranking.width = kDims;
  std::vector<Eigen::VectorXd> want;
  for (std::size_t i = 0; i < kItems; ++i) {
    const auto r = row();
    ranking.features.insert(ranking.features.end(), r.begin(), r.end());
    ranking.candidates.emplace_back();
    ranking.candidates.back().item = ItemId{i};
    ranking.candidates.back().row = static_cast<std::uint16_t>(i);
    want.push_back(wide(i, r));
  }
  const auto e = book.estimates(ranking);
  const Eigen::VectorXd theta = solve_positive_definite(a, b);
  for (std::size_t i = 0; i < kItems; ++i) {
    CHECK(e.mean[i] == Approx(want[i].dot(theta)).margin(1e-6));
    CHECK(e.variance[i] == Approx(want[i].dot(solve_positive_definite(a, want[i]))).epsilon(1e-5));
  }
}

TEST_CASE("disjoint models learn of their own item alone and predictions are added back") {
  LinearParams params;
  params.model = "disjoint";
  params.context = {.dims = 1, .standardise = false};
  LinearBook book(params);
  for (int n = 0; n < 400; ++n) {
    book.learn(std::vector{page_of(0, {n % 2 ? 1.0f : -1.0f}, n % 2 == 1)});
    book.learn(std::vector{page_of(1, {n % 2 ? 1.0f : -1.0f}, n % 2 == 0)});
  }
  Ranking ranking;
  ranking.width = 1;
  ranking.features = {1};
  for (std::uint64_t i = 0; i < 3; ++i) {
    ranking.candidates.emplace_back();
    ranking.candidates.back().item = ItemId{i};
  }
  ranking.candidates[2].heads[0] = 0.3f;
  const auto e = book.estimates(ranking);
  CHECK(e.mean[0] == Approx(1).margin(0.01));
  CHECK(e.mean[1] == Approx(0).margin(0.01));
  CHECK(e.mean[2] == Approx(0.3));  // unseen: as predicted
  CHECK(e.variance[2] == Approx(2));
}
