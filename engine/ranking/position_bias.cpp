#include "engine/ranking/position_bias.hpp"

#include <algorithm>
#include <cmath>

#include "base/linear_solve.hpp"

namespace feedloop {
namespace {

constexpr double kMinClicks = 20;  // effective; below, neither a rate's logarithm nor a standard error is worth much

// Weighted sums over the impressions at one slot.
struct Clicks {
  double log_slot, shown = 0, clicked = 0, squares = 0;
  double effective() const { return squares > 0 ? clicked * clicked / squares : 0; }
  double log_rate() const { return std::log(clicked / shown); }
};

double log_slot(std::size_t k) { return std::log(static_cast<double>(k + 1)); }

// Newton's method on the conditional likelihood of where each group's clicks fell; the standard error is the sandwich's, since
// clicks weigh unequally.
Examination fit_law(std::span<const std::vector<Clicks>> groups) {
  Examination e;
  double information = 0, meat = 0, all = 0;
  for (int step = 0; step < 25; ++step) {
    double score = 0;
    information = meat = all = 0;
    for (const auto& group : groups) {
      double z = 0, mean = 0, square = 0, clicks = 0, at = 0;
      for (const Clicks& c : group) {
        const double w = c.shown * std::exp(-e.eta * c.log_slot);
        z += w;
        mean += w * c.log_slot;
        square += w * c.log_slot * c.log_slot;
        clicks += c.clicked;
        at += c.clicked * c.log_slot;
        all += c.effective();
      }
      if (z <= 0) continue;
      mean /= z;
      score += clicks * mean - at;
      information += clicks * (square / z - mean * mean);
      for (const Clicks& c : group) meat += c.squares * (c.log_slot - mean) * (c.log_slot - mean);
    }
    if (all < kMinClicks || information <= 0) return {};
    const double move = std::clamp(score / information, -1.0, 1.0);
    e.eta += move;
    if (std::fabs(move) < 1e-10) break;
  }
  e.eta_se = std::sqrt(meat) / information;
  return e;
}

}  // namespace

void PositionBias::observe(std::span<const Interaction> pages) {
  for (const Interaction& page : pages) {
    const auto& slots = page.slate.slots;
    const std::size_t n = std::min(slots.size(), kSlots);
    bool uniform = n > 0 && slots[0].action_set > 1, harvested = false;
    for (std::size_t k = 0; k < n; ++k) {
      const Slot& s = slots[k];
      // All that was left could stand here, with one probability.
      uniform = uniform && s.action_set == slots[0].action_set - static_cast<std::int32_t>(k) &&
                std::fabs(static_cast<double>(s.propensity) * s.action_set - 1) < 1e-4;
      harvested = harvested || s.other_slot > 0;
    }
    for (std::size_t k = 0; k < n && uniform; ++k) {
      ++uniform_[k].shown;
      uniform_[k].clicked += page.outcome.slots[k].clicked;
    }
    if (!harvested) continue;
    if (page.cell >= pages_.size()) {
      pages_.resize(page.cell + 1);
      pairs_.resize(pages_.size() * kSlots * kSlots);
    }
    ++pages_[page.cell];
    for (std::size_t k = 0; k < n; ++k) {
      if (slots[k].other_slot == 0 || slots[k].other_slot > kSlots) continue;
      Count& pair = pairs_[(page.cell * kSlots + k) * kSlots + slots[k].other_slot - 1];
      ++pair.shown;
      pair.clicked += page.outcome.slots[k].clicked;
    }
  }
}

Examination PositionBias::randomised() const {
  std::vector<Clicks> page;
  for (std::size_t k = 0; k < kSlots && uniform_[k].shown > 0; ++k) {
    const auto clicked = static_cast<double>(uniform_[k].clicked);
    page.push_back({log_slot(k), static_cast<double>(uniform_[k].shown), clicked, clicked});
  }
  Examination e = fit_law({&page, 1});
  if (std::isfinite(e.eta_se))
    for (const Clicks& c : page) e.relative.push_back(std::exp(c.log_rate() - page[0].log_rate()));
  return e;
}

Examination PositionBias::harvested() const {
  const auto at = [&](std::size_t k, std::size_t other) {
    Clicks c{log_slot(k)};
    for (std::size_t cell = 0; cell < pages_.size(); ++cell) {
      const Count& n = pairs_[(cell * kSlots + k) * kSlots + other];
      const double w = pages_[cell] > 0 ? 1.0 / static_cast<double>(pages_[cell]) : 0;
      c.shown += w * static_cast<double>(n.shown);
      c.clicked += w * static_cast<double>(n.clicked);
      c.squares += w * w * static_cast<double>(n.clicked);
    }
    return c;
  };
  std::vector<std::vector<Clicks>> pairs;
  for (std::size_t i = 0; i < kSlots; ++i)
    for (std::size_t j = i + 1; j < kSlots; ++j)
      if (const Clicks a = at(i, j), b = at(j, i); a.shown > 0 && b.shown > 0) pairs.push_back({a, b});
  Examination e = fit_law(pairs);
  if (!std::isfinite(e.eta_se)) return e;

  // Slot by slot: one equation a pair, log p_k - log p_k' = log(rate at k) - log(rate at k'), with p_1 = 1, weighed by its
  // variance. Slots that no pair reaches follow the fitted law, held there by a weight that no pair's equation feels.
  constexpr auto n = static_cast<Eigen::Index>(kSlots - 1);
  Eigen::MatrixXd normal = 1e-6 * Eigen::MatrixXd::Identity(n, n);
  Eigen::VectorXd rhs(n);
  for (Eigen::Index k = 0; k < n; ++k) rhs(k) = -1e-6 * e.eta * log_slot(static_cast<std::size_t>(k) + 1);
  double last = 0;
  for (const auto& pair : pairs) {
    const double a = pair[0].effective(), b = pair[1].effective();
    if (a < kMinClicks || b < kMinClicks) continue;
    const double w = 1 / (1 / a + 1 / b), y = pair[0].log_rate() - pair[1].log_rate();
    last = std::max(last, pair[1].log_slot);
    const auto p = static_cast<Eigen::Index>(std::lround(std::exp(pair[0].log_slot))) - 2;  // -1 is slot 1
    const auto q = static_cast<Eigen::Index>(std::lround(std::exp(pair[1].log_slot))) - 2;
    normal(q, q) += w;
    rhs(q) -= w * y;
    if (p < 0) continue;
    normal(p, p) += w;
    normal(q, p) -= w;
    rhs(p) += w * y;
  }
  const Eigen::VectorXd log_p = solve_positive_definite(normal, rhs);
  e.relative.assign(1, 1.0);
  for (std::size_t k = 1; k < kSlots && log_slot(k) <= last; ++k)
    e.relative.push_back(std::exp(log_p(static_cast<Eigen::Index>(k) - 1)));
  return e;
}

Examination PositionBias::examination() const {
  Examination a = randomised(), b = harvested();
  return b.eta_se < a.eta_se ? b : a;
}

}  // namespace feedloop
