#include "stats/post_stratification.hpp"

#include <array>
#include <cmath>
#include <vector>

namespace feedloop {
namespace {

// In the order: control's numerator and denominator, treatment's numerator and denominator.
using Four = std::array<double, 4>;

struct Covariance {
  std::array<Four, 4> v{};
  double df = kNaN;  // of the variances in it
};

struct Cell {
  double n = 0;  // units
  Four mean{};
  std::array<Covariance, 2> parts;  // independent of each other
};

double dot(const Four& a, const Four& b) {
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) sum += a[i] * b[i];
  return sum;
}

// What lies below the rounding of its terms is 0.
double quadratic(const Four& g, const Covariance& c) {
  double sum = 0, scale = 0;
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) {
      const double term = g[i] * c.v[i][j] * g[j];
      sum += term;
      scale += std::abs(term);
    }
  return sum > 1e-14 * scale ? sum : 0;
}

Cell cell_of(const Stratum& s) {
  Cell out{.n = static_cast<double>(s.control.n + s.treatment.n),
           .mean = {s.control.mean_num, s.control.mean_den, s.treatment.mean_num, s.treatment.mean_den},
           .parts = {}};
  for (std::size_t variant = 0; variant < 2; ++variant) {
    const RatioMoments& m = variant == 0 ? s.control : s.treatment;
    const double n = static_cast<double>(m.n);
    Covariance& part = out.parts[variant];
    const std::size_t num = 2 * variant, den = num + 1;
    part.v[num][num] = m.variance_num() / n;
    part.v[den][den] = m.variance_den() / n;
    part.v[num][den] = part.v[den][num] = m.covariance() / n;
    part.df = n - 1;
  }
  return out;
}

// The analysis of covariance in one stratum: control and effect at the stratum's mean covariate, which varies too.
Cell cell_of(const CovariateStratum& s) {
  const RatioMoments &a = s.control.pair, &b = s.treatment.pair;  // num is the metric, den the covariate
  const double sxx = a.m2_den + b.m2_den, sxy = a.c + b.c;
  if (!(sxx > 0)) return cell_of(Stratum{s.control.metric(), s.treatment.metric()});
  const RatioMoments all = a.merged(b);
  const double na = static_cast<double>(a.n), nb = static_cast<double>(b.n), n = na + nb;
  const double slope = sxy / sxx, between = b.mean_den - a.mean_den, from_control = all.mean_den - a.mean_den;
  const double effect = b.mean_num - a.mean_num - slope * between, control = a.mean_num + slope * from_control;

  const double syy = a.m2_num + b.m2_num;
  double residual = syy - slope * sxy;
  if (!(residual > 1e-14 * syy)) residual = 0;
  residual /= n - 3;
  const double var_effect = residual * (1 / na + 1 / nb + between * between / sxx);
  const double cov = -residual * (1 / na + between * from_control / sxx);
  const double var_mean = all.variance_den() / n;  // of the mean covariate
  const double var_control = residual * (1 / na + (from_control * from_control + var_mean) / sxx) + slope * slope * var_mean;

  Cell out{.n = n, .mean = {control, 1, control + effect, 1}, .parts = {}};
  Covariance& part = out.parts[0];
  part.v[0][0] = var_control;
  part.v[0][2] = part.v[2][0] = var_control + cov;
  part.v[2][2] = var_control + 2 * cov + var_effect;
  part.df = n - 3;
  return out;
}

struct Variance {
  double value = 0, df = kNaN;
};

// Of g . mean, averaged over the cells.
Variance variance_of(const std::vector<Cell>& cells, double total, const Four& g, const Four& mean) {
  Variance out;
  const double centre = dot(g, mean);
  double satterthwaite = 0;
  for (const Cell& c : cells) {
    const double weight = c.n / total, off = dot(g, c.mean) - centre;
    for (const Covariance& part : c.parts) {
      const double v = weight * weight * quadratic(g, part);
      out.value += v;
      if (v > 0) satterthwaite += v * v / part.df;
    }
    // Estimates that agree in every stratum leave rounding here.
    if (std::abs(off) > 1e-14 * (std::abs(g[0] * c.mean[0]) + std::abs(g[2] * c.mean[2])))
      out.value += weight * off * off / total;
  }
  if (out.value > 0) out.df = satterthwaite > 0 ? out.value * out.value / satterthwaite : kInfinity;
  return out;
}

PostStratified average(const std::vector<Cell>& cells, PostStratified out, const RatioMoments& control,
                       const RatioMoments& treatment, double alpha) {
  Comparison& c = out.comparison;
  c.alpha = alpha;
  c.control.n = control.n;
  c.treatment.n = treatment.n;
  out.strata = static_cast<int>(cells.size());
  if (cells.empty()) return out;

  double total = 0;
  Four mean{};
  for (const Cell& cell : cells) total += cell.n;
  for (const Cell& cell : cells)
    for (std::size_t i = 0; i < 4; ++i) mean[i] += cell.n / total * cell.mean[i];
  if (mean[1] == 0 || mean[3] == 0) return out;

  const double a = mean[0] / mean[1], b = mean[2] / mean[3];
  const Four of_a{1 / mean[1], -a / mean[1], 0, 0}, of_b{0, 0, 1 / mean[3], -b / mean[3]};
  const auto combined = [&](double weight_a, double weight_b) {
    Four g;
    for (std::size_t i = 0; i < 4; ++i) g[i] = weight_a * of_a[i] + weight_b * of_b[i];
    return g;
  };
  const auto set = [&](Estimate& e, double value, const Four& g) {
    e.value = value;
    e.variance = variance_of(cells, total, g, mean).value;
    e.status = e.variance > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  };
  set(c.control, a, of_a);
  set(c.treatment, b, of_b);

  const Variance absolute = variance_of(cells, total, combined(-1, 1), mean);
  c.effect = b - a;
  c.se = std::sqrt(absolute.value);
  c.df = absolute.df;
  c.status = c.se > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  const TTest test = t_test(c.effect, c.se, c.df, alpha);
  c.t = test.t;
  c.p = test.p;
  c.ci = test.ci;
  if (a == 0) return out;
  const Variance relative = variance_of(cells, total, combined(-b / a / std::abs(a), 1 / std::abs(a)), mean);
  c.lift_status = c.status;
  c.lift = c.effect / std::abs(a);
  c.lift_se = std::sqrt(relative.value);
  c.lift_ci = t_test(c.lift, c.lift_se, c.df, alpha).ci;
  return out;
}

template <class Strata>
PostStratified post_stratified(const Strata& strata, double alpha) {
  PostStratified out;
  std::vector<Cell> cells;
  RatioMoments control, treatment;
  for (const auto& s : strata) {
    const RatioMoments *a, *b;
    if constexpr (requires { s.control.pair; })
      a = &s.control.pair, b = &s.treatment.pair;
    else
      a = &s.control, b = &s.treatment;
    if (a->n < 2 || b->n < 2) {
      out.units_left_out += a->n + b->n;
      continue;
    }
    control.n += a->n;
    treatment.n += b->n;
    cells.push_back(cell_of(s));
  }
  return average(cells, out, control, treatment, alpha);
}

}  // namespace

PostStratified post_stratify(std::span<const Stratum> strata, double alpha) { return post_stratified(strata, alpha); }
PostStratified post_stratify(std::span<const CovariateStratum> strata, double alpha) { return post_stratified(strata, alpha); }

}  // namespace feedloop
