#include "stats/cuped.hpp"

#include <array>
#include <cmath>

namespace feedloop {
namespace {

// One variant's metric and covariate with the variances and the covariance of one linearised unit (with n - 1).
struct Linearised {
  std::int64_t n = 0;
  double y = kNaN, x = kNaN;
  double var_y = kNaN, var_x = kNaN, cov = kNaN;
};

Linearised linearised(const CovariateMoments& m) {
  Linearised out{.n = m.pair.n, .y = m.pair.mean_num, .x = m.pair.mean_den};
  if (out.n < 2) return out;
  out.var_y = m.pair.variance_num();
  out.var_x = m.pair.variance_den();
  out.cov = m.pair.covariance();
  return out;
}

Linearised linearised(const RatioCovariateMoments& m) {
  const Estimate y = ratio_estimate(m.metric()), x = ratio_estimate(m.covariate());
  Linearised out{.n = m.units.n, .y = y.value, .x = x.value};
  if (out.n < 2) return out;
  const double count = static_cast<double>(out.n);
  out.var_y = y.variance * count;
  out.var_x = x.variance * count;
  const auto product = [&](std::size_t row, std::size_t column) { return m.units.products[row * 4 + column]; };
  const double sum = product(2, 0) - x.value * product(3, 0) - y.value * (product(2, 1) - x.value * product(3, 1));
  out.cov = sum / (count - 1) / (m.units.mean[1] * m.units.mean[3]);
  return out;
}

// Of one unit of Y - theta X; what lies below the rounding of its terms is 0.
double adjusted_variance(const Linearised& g, double theta, double y_weight = 1) {
  const double squares = y_weight * y_weight * g.var_y + theta * theta * g.var_x;
  const double variance = squares - 2 * y_weight * theta * g.cov;
  return variance > 1e-14 * squares ? variance : 0;
}

Estimate adjusted_estimate(const Estimate& plain, const Linearised& g, const CupedCoefficient& c) {
  if (c.theta == 0 || plain.status == TestStatus::NotEnoughData) return plain;
  Estimate out = plain;
  out.value = g.y - c.theta * (g.x - c.centre);
  out.variance = adjusted_variance(g, c.theta) / static_cast<double>(g.n);
  out.status = out.variance > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  return out;
}

// `relative`, the treatment over the control, weighs the control's error.
void divide_by_unadjusted(Comparison& c, const Linearised& control, const Linearised& treatment, double theta,
                          double relative) {
  const double scale = std::abs(control.y);
  c.lift = c.lift_se = kNaN;
  c.lift_ci = {};
  c.lift_status = TestStatus::NotEnoughData;
  if (scale == 0 || std::isnan(c.effect)) return;
  c.lift = c.effect / scale;
  if (c.status == TestStatus::NotEnoughData) return;
  c.lift_status = c.status;
  c.lift_se = std::sqrt(adjusted_variance(treatment, theta) / static_cast<double>(treatment.n) +
                        adjusted_variance(control, theta, relative) / static_cast<double>(control.n)) /
              scale;
  c.lift_ci = t_test(c.lift, c.lift_se, c.df, c.alpha).ci;
}

template <class Moments>
Cuped adjust(const Moments& control, const Moments& treatment, const CupedCoefficient& coefficient, double alpha,
             bool relative_as_observed) {
  Cuped out;
  out.coefficient = coefficient;
  out.unadjusted = compare(control.metric(), treatment.metric(), alpha);
  out.balance = compare(control.covariate(), treatment.covariate(), alpha);
  const Linearised a = linearised(control), b = linearised(treatment);
  if (!std::isfinite(a.cov + b.cov)) out.coefficient.theta = 0;
  out.adjusted = compare(adjusted_estimate(out.unadjusted.control, a, out.coefficient),
                         adjusted_estimate(out.unadjusted.treatment, b, out.coefficient), alpha);
  if (out.coefficient.theta != 0) {
    const double effect = relative_as_observed ? out.unadjusted.effect : out.adjusted.effect;
    divide_by_unadjusted(out.adjusted, a, b, out.coefficient.theta, 1 + effect / a.y);
  }
  if (out.unadjusted.se > 0) {
    const double ratio = out.adjusted.se / out.unadjusted.se;
    out.variance_removed = 1 - ratio * ratio;
  }
  return out;
}

CupedCoefficient coefficient_of(double cov, double var_y, double var_x, double centre) {
  CupedCoefficient out{.centre = centre};
  if (!(var_y > 0 && var_x > 0 && std::isfinite(cov) && std::isfinite(centre))) return out;
  out.theta = cov / var_x;
  out.rho = cov / std::sqrt(var_y) / std::sqrt(var_x);
  return out;
}

}  // namespace

CupedCoefficient cuped_coefficient(std::span<const CovariateMoments> variants) {
  CovariateMoments all;
  for (const CovariateMoments& v : variants) all = all.merged(v);
  return coefficient_of(all.pair.c, all.pair.m2_num, all.pair.m2_den, all.pair.n > 0 ? all.pair.mean_den : kNaN);
}

CupedCoefficient cuped_coefficient(std::span<const RatioCovariateMoments> variants) {
  RatioCovariateMoments all;
  double cov = 0, var_y = 0, var_x = 0;
  for (const RatioCovariateMoments& v : variants) {
    all.merge(v);
    const Linearised l = linearised(v);
    if (!std::isfinite(l.cov)) continue;
    cov += l.cov;
    var_y += l.var_y;
    var_x += l.var_x;
  }
  return coefficient_of(cov, var_y, var_x, ratio_estimate(all.covariate()).value);
}

Cuped cuped(const CovariateMoments& control, const CovariateMoments& treatment, const CupedCoefficient& coefficient,
            double alpha) {
  return adjust(control, treatment, coefficient, alpha, true);
}
Cuped cuped(const RatioCovariateMoments& control, const RatioCovariateMoments& treatment, const CupedCoefficient& coefficient,
            double alpha) {
  return adjust(control, treatment, coefficient, alpha, false);
}
Cuped cuped(const CovariateMoments& control, const CovariateMoments& treatment, double alpha) {
  return cuped(control, treatment, cuped_coefficient(std::array{control, treatment}), alpha);
}
Cuped cuped(const RatioCovariateMoments& control, const RatioCovariateMoments& treatment, double alpha) {
  return cuped(control, treatment, cuped_coefficient(std::array{control, treatment}), alpha);
}

}  // namespace feedloop
