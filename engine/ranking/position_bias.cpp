#include "engine/ranking/position_bias.hpp"

#include <algorithm>
#include <cmath>

#include "base/linear_solve.hpp"

namespace feedloop {
namespace {

constexpr double kMinClicks = 20;  // effective; the logarithm of fewer is too skewed for least squares

double effective(double sum, double squares) { return squares > 0 ? sum * sum / squares : 0; }

}  // namespace

PositionBias::PositionBias()
    : weight_(kSlots),
      clicks_(kSlots),
      clicks_squared_(kSlots),
      pair_clicks_(kSlots * kSlots),
      pair_squared_(kSlots * kSlots),
      pair_weight_(kSlots * kSlots) {}

void PositionBias::observe(std::span<const Interaction> pages, std::span<const double> share_of_cell) {
  for (const Interaction& page : pages)
    for (std::size_t k = 0; k < std::min(page.slate.slots.size(), kSlots); ++k) {
      const Slot& slot = page.slate.slots[k];
      const bool clicked = page.outcome.slots[k].clicked;
      if (slot.marginal < 1) {
        const double w = 1.0 / (static_cast<double>(page.slate.slots[0].action_set) * static_cast<double>(slot.marginal));
        weight_[k] += w;
        clicks_[k] += clicked ? w : 0;
        clicks_squared_[k] += clicked ? w * w : 0;
      }
      if (slot.other_slot == 0 || slot.other_slot > kSlots || slot.other_slot == k + 1) continue;
      const double w = 1.0 / share_of_cell[page.cell];
      const std::size_t at = k * kSlots + slot.other_slot - 1;
      pair_weight_[at] += w;
      pair_clicks_[at] += clicked ? w : 0;
      pair_squared_[at] += clicked ? w * w : 0;
    }
}

Examination PositionBias::randomised() const {
  // log theta_k = a - eta log k, each with the variance of its count of clicks.
  double sw = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  Examination e;
  for (std::size_t k = 0; k < kSlots; ++k) {
    const double n = effective(clicks_[k], clicks_squared_[k]);
    if (n < kMinClicks) break;
    const double x = std::log(static_cast<double>(k + 1)), y = std::log(clicks_[k] / weight_[k]);
    e.relative.push_back(clicks_[k] / weight_[k]);
    sw += n;
    sx += n * x;
    sy += n * y;
    sxx += n * x * x;
    sxy += n * x * y;
  }
  if (e.relative.size() < 2) return {};
  const double first = e.relative.front(), spread = sxx - sx * sx / sw;
  for (double& p : e.relative) p /= first;
  e.eta = -(sxy - sx * sy / sw) / spread;
  e.eta_se = 1 / std::sqrt(spread);
  return e;
}

Examination PositionBias::harvested() const {
  // One equation a pair of slots: log p_k - log p_k' = log(clicks at k) - log(clicks at k'), with p_1 = 1.
  constexpr auto n = static_cast<Eigen::Index>(kSlots - 1);
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd rhs = Eigen::VectorXd::Zero(n);
  double num = 0, den = 0;
  std::size_t slots = 0;
  for (std::size_t i = 0; i < kSlots; ++i)
    for (std::size_t j = i + 1; j < kSlots; ++j) {
      const std::size_t ij = i * kSlots + j, ji = j * kSlots + i;
      const double a = effective(pair_clicks_[ij], pair_squared_[ij]), b = effective(pair_clicks_[ji], pair_squared_[ji]);
      if (a < kMinClicks || b < kMinClicks) continue;
      const double w = 1 / (1 / a + 1 / b);
      const double y = std::log(pair_clicks_[ij] / pair_weight_[ij]) - std::log(pair_clicks_[ji] / pair_weight_[ji]);
      const double x = std::log(static_cast<double>(j + 1)) - std::log(static_cast<double>(i + 1));
      num += w * x * y;
      den += w * x * x;
      slots = std::max(slots, j + 1);
      const auto q = static_cast<Eigen::Index>(j) - 1, p = static_cast<Eigen::Index>(i) - 1;  // p = -1 is slot 1
      normal(q, q) += w;
      rhs(q) -= w * y;
      if (p < 0) continue;
      normal(p, p) += w;
      normal(q, p) -= w;
      rhs(p) += w * y;
    }
  if (den <= 0) return {};
  Examination e;
  e.eta = num / den;
  e.eta_se = 1 / std::sqrt(den);
  // Slots that no pair reaches follow the fitted law, held there by a weight that no pair's equation feels.
  for (Eigen::Index k = 0; k < n; ++k) {
    normal(k, k) += 1e-6;
    rhs(k) -= 1e-6 * e.eta * std::log(static_cast<double>(k + 2));
  }
  const Eigen::VectorXd log_p = solve_positive_definite(normal, rhs);
  e.relative.assign(1, 1.0);
  for (std::size_t k = 1; k < slots; ++k) e.relative.push_back(std::exp(log_p(static_cast<Eigen::Index>(k) - 1)));
  return e;
}

}  // namespace feedloop
