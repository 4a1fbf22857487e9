#include "data/slot_curve.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <Eigen/Dense>

#include "stats/proportion.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

struct Cell {
  double weight = 0, clicks = 0;
  std::int64_t rows = 0, clicked = 0;
};

SlotLots lots_of(const InteractionLog& log, bool declared) {
  if (declared) return SlotLots::Declared;
  if (!log.has_propensity) return SlotLots::None;
  const auto [low, high] = std::minmax_element(log.seen.begin(), log.seen.end(),
                                               [](const LogRow& a, const LogRow& b) { return a.propensity < b.propensity; });
  if (low->propensity == 1) return SlotLots::None;  // nothing was drawn
  return high->propensity - low->propensity < 1e-9 ? SlotLots::Even : SlotLots::Propensities;
}

}  // namespace

SlotCurve fit_slots(const InteractionLog& log, bool declared_random) {
  SlotCurve out;
  out.lots = lots_of(log, declared_random);
  const bool weighted = out.lots == SlotLots::Propensities;
  const auto weight = [&](const LogRow& r) { return weighted ? 1 / r.propensity : 1.0; };
  std::map<int, Cell> cells;
  for (const LogRow& r : log.seen) {
    if (r.slot == 0) continue;
    Cell& c = cells[r.slot];
    c.weight += weight(r);
    c.clicks += weight(r) * r.chosen;
    ++c.rows;
    c.clicked += r.chosen;
  }
  std::map<int, std::size_t> at;
  int clicked_slots = 0;
  for (const auto& [slot, c] : cells) {
    at[slot] = out.slots.size();
    const Interval score = wilson(c.clicked, c.rows, 0.05);
    out.slots.push_back({slot, c.rows, c.clicked, c.clicks / c.weight, score});
    clicked_slots += c.clicked > 0;
  }

  // Influence of each cluster on the slots' rates.
  const auto n = static_cast<Eigen::Index>(out.slots.size());
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(n, n);
  std::map<std::size_t, double> own;  // by slot, of the cluster at hand
  const auto close = [&] {
    for (const auto& [a, x] : own)
      for (const auto& [b, y] : own) covariance(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)) += x * y;
    own.clear();
  };
  for (std::size_t k = 0; k < log.seen.size(); ++k) {
    const LogRow& r = log.seen[k];
    if (k > 0 && (!log.has_users() || r.viewer != log.seen[k - 1].viewer)) close();
    if (r.slot == 0) continue;
    const std::size_t s = at[r.slot];
    own[s] += weight(r) * ((r.chosen ? 1.0 : 0.0) - out.slots[s].ctr) / cells[r.slot].weight;
  }
  close();
  if (weighted)
    for (Eigen::Index s = 0; s < n; ++s) {
      SlotCtr& slot = out.slots[static_cast<std::size_t>(s)];
      const double reach = 1.96 * std::sqrt(covariance(s, s));
      slot.ci = {std::max(0.0, slot.ctr - reach), std::min(1.0, slot.ctr + reach)};
    }
  out.identified = out.lots != SlotLots::None && clicked_slots >= 2;
  if (!out.identified) return out;

  // For a given eta theta is a ratio of sums; the score in eta falls with eta, so halving finds its root.
  Eigen::VectorXd w(n), y(n), lk(n);
  for (Eigen::Index s = 0; s < n; ++s) {
    const int slot = out.slots[static_cast<std::size_t>(s)].slot;
    w[s] = cells[slot].weight;
    y[s] = out.slots[static_cast<std::size_t>(s)].ctr;
    lk[s] = std::log(static_cast<double>(slot));
  }
  const double mean_lk = w.cwiseProduct(y).dot(lk) / w.dot(y);
  const auto mean_at = [&](double eta) {
    const Eigen::VectorXd m = w.array() * (-eta * lk.array()).exp();
    return m.dot(lk) / m.sum();
  };
  double low = -10, high = 10;
  for (int k = 0; k < 80; ++k) {
    const double mid = 0.5 * (low + high);
    (mean_at(mid) > mean_lk ? low : high) = mid;
  }
  out.eta = 0.5 * (low + high);
  if (std::fabs(out.eta) > 9.99) {  // the score has no root: the clicks of all slots but the ends are none
    out.eta = kNaN;
    out.identified = false;
    return out;
  }
  const Eigen::ArrayXd shape = (-out.eta * lk.array()).exp();
  const double theta = w.dot(y) / (w.array() * shape).sum();
  const Eigen::ArrayXd mu = theta * shape;

  // Rates move the estimate by the inverse information times the score's slope: rows of `lever` are d(ln theta, eta) / d rate.
  Eigen::MatrixXd design(n, 2);
  design.col(0).setOnes();
  design.col(1) = -lk;
  const Eigen::MatrixXd information = design.transpose() * (w.array() * mu).matrix().asDiagonal() * design;
  const Eigen::MatrixXd lever = information.ldlt().solve(design.transpose() * w.asDiagonal());
  const Eigen::MatrixXd spread = lever * covariance * lever.transpose();
  out.eta_se = std::sqrt(std::max(0.0, spread(1, 1)));
  out.eta_ci = {out.eta - 1.96 * out.eta_se, out.eta + 1.96 * out.eta_se};

  if (n >= 3) {
    // What the law leaves over, in the n - 2 directions that it does not reach.
    const Eigen::MatrixXd residual = Eigen::MatrixXd::Identity(n, n) - mu.matrix().asDiagonal() * design * lever;
    const Eigen::VectorXd rest = residual * y;
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(residual * covariance * residual.transpose());
    const double largest = eigen.eigenvalues().maxCoeff();
    double chi2 = 0, df = 0;
    for (Eigen::Index k = 0; k < n; ++k) {
      const double variance = eigen.eigenvalues()[k];
      if (!(variance > 1e-9 * largest)) continue;
      const double z = eigen.eigenvectors().col(k).dot(rest);
      chi2 += z * z / variance;
      df += 1;
    }
    if (df > 0) out.power_law_p = chi2_sf(chi2, df);
  }
  return out;
}

}  // namespace feedloop
