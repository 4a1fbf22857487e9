#include "data/taste_factors.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>

#include "base/distributions.hpp"
#include "base/linear_solve.hpp"
#include "base/parallel.hpp"
#include "data/calibration_draws.hpp"

namespace feedloop {
namespace {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

constexpr double kHeldOutShare = 0.2;
constexpr int kRounds = 20;
constexpr std::array kLambdas{2.5, 5.0, 10.0, 20.0, 40.0};

Choices transposed(const Choices& rows, std::size_t columns) {
  Choices out(columns);
  for (std::uint32_t r = 0; r < rows.size(); ++r)
    for (const std::uint32_t c : rows[r]) out[c].push_back(r);
  return out;
}

double total_of(const Choices& rows) {
  double n = 0;
  for (const auto& row : rows) n += static_cast<double>(row.size());
  return n;
}

// The best x given y: (n_u / N G + lambda I) x_u = sum_{i in u} y_i - n_u / N sum_i n_i y_i, with G = sum_i n_i y_i y_i'.
void solve_side(const Choices& rows, const Choices& columns, const Rows& y, double lambda, Rows& x) {
  const Eigen::Index d = y.cols();
  const double total = total_of(rows);
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(d, d);
  Vector centre = Vector::Zero(d);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto v = y.row(static_cast<Eigen::Index>(i)).transpose();
    const auto n = static_cast<double>(columns[i].size());
    gram.noalias() += n * v * v.transpose();
    centre += n * v;
  }
  parallel_for(rows.size(), 64, [&](std::size_t b, std::size_t e) {
    for (std::size_t u = b; u < e; ++u) {
      const double share = static_cast<double>(rows[u].size()) / total;
      Vector rhs = -share * centre;
      for (const std::uint32_t i : rows[u]) rhs += y.row(i).transpose();
      const Eigen::MatrixXd a = share * gram + lambda * Eigen::MatrixXd::Identity(d, d);
      x.row(static_cast<Eigen::Index>(u)) = solve_positive_definite(a, rhs).transpose();
    }
  });
}

Latent unit(const Vector& x) {
  const double length = x.norm();
  Latent out{};
  for (std::size_t k = 0; k < kLatentDims; ++k)
    out[k] = static_cast<float>(length > 0 ? x[static_cast<Eigen::Index>(k)] / length : 0.0);
  normalise(out);
  return out;
}

struct Vectors {
  std::vector<Latent> users, items;
  std::int64_t unidentified = 0;
};

// Items without a vector of their own get one drawn around those of their category, as wide as these are spread.
void draw_unidentified(const Choices& by_item, const std::vector<int>& category, Seed seed, const Rows& y, Vectors& out) {
  const auto groups = static_cast<std::size_t>(*std::max_element(category.begin(), category.end())) + 1;
  std::vector<double> n(groups + 1);  // the last stands for all: for categories with no such item
  std::vector<Vector> mean(groups + 1, Vector::Zero(kLatentDims)), square(groups + 1, Vector::Zero(kLatentDims));
  const auto identified = [&](std::size_t i) { return by_item[i].size() >= kIdentifiedEvents; };
  for (std::size_t i = 0; i < by_item.size(); ++i)
    if (identified(i))
      for (const std::size_t g : {static_cast<std::size_t>(category[i]), groups}) {
        const Vector v = y.row(static_cast<Eigen::Index>(i)).transpose();
        n[g] += 1;
        mean[g] += v;
        square[g] += v.cwiseProduct(v);
      }
  for (std::size_t i = 0; i < by_item.size(); ++i) {
    if (identified(i)) continue;
    ++out.unidentified;
    const auto own = static_cast<std::size_t>(category[i]);
    const std::size_t g = n[own] >= 2 ? own : groups;
    Rng rng = calibration_stream(seed, CalibrationDraw::UnidentifiedItem, i);
    Vector v(kLatentDims);
    for (Eigen::Index k = 0; k < kLatentDims; ++k) {
      const double m = n[g] > 0 ? mean[g][k] / n[g] : 0;
      const double variance = n[g] > 1 ? std::max(0.0, square[g][k] / n[g] - m * m) : 1;
      v[k] = m + std::sqrt(variance) * normal(rng);
    }
    out.items[i] = unit(v);
  }
}

Vectors factorise(const Choices& by_user, std::size_t items, const std::vector<int>& category, double lambda, Seed seed) {
  const Choices by_item = transposed(by_user, items);
  Rows x = Rows::Zero(static_cast<Eigen::Index>(by_user.size()), kLatentDims), y(static_cast<Eigen::Index>(items), kLatentDims);
  for (std::size_t i = 0; i < items; ++i) {
    Rng rng = calibration_stream(seed, CalibrationDraw::InitialFactors, i);
    for (Eigen::Index k = 0; k < kLatentDims; ++k) y(static_cast<Eigen::Index>(i), k) = 0.3 * normal(rng);
  }
  for (int round = 0; round < kRounds; ++round) {
    solve_side(by_user, by_item, y, lambda, x);
    solve_side(by_item, by_user, x, lambda, y);
  }
  solve_side(by_user, by_item, y, lambda, x);
  Vectors out;
  for (Eigen::Index u = 0; u < x.rows(); ++u) out.users.push_back(unit(x.row(u).transpose()));
  for (Eigen::Index i = 0; i < y.rows(); ++i) out.items.push_back(unit(y.row(i).transpose()));
  draw_unidentified(by_item, category, seed, y, out);
  return out;
}

Choices choices_of(const InteractionLog& log) {
  Choices rows(log.users.size());
  for (const LogEvent& e : log.events) rows[e.user].push_back(e.item);
  for (auto& row : rows) {
    std::sort(row.begin(), row.end());
    row.erase(std::unique(row.begin(), row.end()), row.end());
  }
  return rows;
}

}  // namespace

TasteFactors fit_tastes(const InteractionLog& log, const std::vector<int>& category, Seed seed) {
  const Choices all = choices_of(log);
  const std::size_t items = log.items.size();
  Choices train(all.size()), held_out(all.size());
  for (std::size_t u = 0; u < all.size(); ++u)
    for (const std::uint32_t i : all[u]) {
      Rng rng = calibration_stream(seed, CalibrationDraw::HoldOut, u, i);
      (rng.uniform() < kHeldOutShare ? held_out : train)[u].push_back(i);
    }
  const Contest contest(all, train, held_out, items, seed);

  TasteFactors fit;
  Vectors best;
  for (const double lambda : kLambdas) {
    Vectors v = factorise(train, items, category, lambda, seed);
    const Auc matched =
        contest.auc(Against::Matched, [&](std::size_t u, std::uint32_t i) { return dot(v.users[u], v.items[i]); });
    if (best.users.empty() || matched.value > fit.hold_out.taste_matched.value) {
      fit.lambda = lambda;
      fit.hold_out.taste_matched = matched;
      best = std::move(v);
    }
  }
  const auto [strength, se] = contest.strength(best.users, best.items);
  fit.strength = strength;
  fit.strength_ci = {strength - 1.96 * se, strength + 1.96 * se};
  const auto taste = [&](std::size_t u, std::uint32_t i) { return static_cast<double>(dot(best.users[u], best.items[i])); };
  fit.hold_out.taste = contest.auc(Against::Even, taste);
  fit.hold_out.popularity = contest.auc(Against::Even, [&](std::size_t, std::uint32_t i) { return contest.log_popularity(i); });
  fit.hold_out.both = contest.auc(
      Against::Even, [&](std::size_t u, std::uint32_t i) { return contest.log_popularity(i) + strength * taste(u, i); });
  fit.hold_out.events = contest.events();
  fit.hold_out.users = contest.users();

  Vectors whole = factorise(all, items, category, fit.lambda, seed);
  fit.users = std::move(whole.users);
  fit.items = std::move(whole.items);
  fit.unidentified_items = whole.unidentified;
  return fit;
}

}  // namespace feedloop
