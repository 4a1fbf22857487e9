#include "stats/cell_contrast.hpp"

#include <array>
#include <cmath>

#include "base/check.hpp"

namespace feedloop {

CellContrast cell_contrast(std::span<const RatioMoments> cells, std::span<const double> weights, double alpha) {
  FEEDLOOP_CHECK(cells.size() == weights.size(), "as many weights as cells");
  CellContrast out;
  double estimate = 0, variance = 0, satterthwaite = 0;
  bool enough = true, weighed = false;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    out.n += cells[i].n;
    if (weights[i] == 0) continue;
    weighed = true;
    const Estimate e = ratio_estimate(cells[i]);
    estimate += weights[i] * e.value;
    enough = enough && e.status != TestStatus::NotEnoughData;
    const double v = weights[i] * weights[i] * e.variance;
    variance += v;
    if (v > 0) satterthwaite += v * v / static_cast<double>(e.n - 1);
  }
  if (!weighed) return out;
  out.estimate = estimate;
  if (!enough) return out;
  out.se = std::sqrt(variance);
  if (satterthwaite > 0) out.df = variance * variance / satterthwaite;
  out.status = out.se > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  const TTest test = t_test(out.estimate, out.se, out.df, alpha);
  out.t = test.t;
  out.p = test.p;
  out.ci = test.ci;
  return out;
}

CellContrast interaction(std::span<const RatioMoments, 4> cells, double alpha) {
  return cell_contrast(cells, std::array{1.0, -1.0, -1.0, 1.0}, alpha);
}

SaturatedErrors saturated_errors(std::span<const RatioMoments> cells, std::span<const double> weights) {
  FEEDLOOP_CHECK(cells.size() == weights.size(), "as many weights as cells");
  SaturatedErrors out;
  RatioMoments all;
  double within = 0, squares = 0, hc0 = 0, hc2 = 0, hc3 = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const RatioMoments& m = cells[i];
    all = all.merged(m);
    if (m.n > 0) --out.df;
    out.df += m.n;
    within += m.m2_num;
    if (weights[i] == 0) continue;
    const double n = static_cast<double>(m.n), w2 = weights[i] * weights[i];
    squares += w2 / n;  // infinite for an empty cell, whose contrast has no value
    hc0 += w2 * m.m2_num / n / n;
    hc2 += w2 * m.m2_num / n / (n - 1);
    hc3 += w2 * m.m2_num / (n - 1) / (n - 1);
  }
  if (out.df < 1 || std::isinf(squares)) return out;
  if (all.m2_num > 0) out.r_squared = 1 - within / all.m2_num;
  const double df = static_cast<double>(out.df);
  out.classical = std::sqrt(within / df * squares);
  out.hc0 = std::sqrt(hc0);
  out.hc1 = std::sqrt(hc0 * static_cast<double>(all.n) / df);
  out.hc2 = std::sqrt(hc2);
  out.hc3 = std::sqrt(hc3);
  return out;
}

}  // namespace feedloop
