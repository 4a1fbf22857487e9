#include "stats/two_sample.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

// Welch-Satterthwaite in shares of the total variance, which cannot overflow.
double welch_df(const Estimate& a, const Estimate& b) {
  const double total = a.variance + b.variance;
  if (!(total > 0)) return kNaN;
  const double fa = a.variance / total, fb = b.variance / total;
  return 1 / (fa * fa / static_cast<double>(a.n - 1) + fb * fb / static_cast<double>(b.n - 1));
}

}  // namespace

std::string_view to_string(TestStatus s) {
  switch (s) {
    case TestStatus::Ok:
      return "ok";
    case TestStatus::NotEnoughData:
      return "not enough data";
    case TestStatus::ZeroVariance:
      return "zero variance";
  }
  return "unknown";
}

Estimate ratio_estimate(const RatioMoments& m) {
  Estimate out;
  out.n = m.n;
  if (m.n == 0 || m.mean_den == 0) return out;
  out.value = m.mean_num / m.mean_den;
  if (m.n < 2) return out;
  const double r = out.value;
  const double scale = m.m2_num + r * r * m.m2_den;
  double m2 = scale - 2 * r * m.c;
  // A numerator in proportion to its denominator leaves rounding here, of either sign.
  if (!(m2 > 1e-14 * scale)) m2 = 0;
  const double n = static_cast<double>(m.n);
  out.variance = m2 / (n - 1) / n / (m.mean_den * m.mean_den);
  out.status = out.variance > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  return out;
}

Estimate proportion_estimate(std::int64_t successes, std::int64_t n) {
  Estimate out;
  out.n = n;
  if (n <= 0) return out;
  const double count = static_cast<double>(n), p = static_cast<double>(successes) / count;
  out.value = p;
  if (n < 2) return out;
  out.variance = p * (1 - p) / count;
  out.status = out.variance > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  return out;
}

TTest t_test(double estimate, double se, double df, double alpha, Alternative alternative, double null_value) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  TTest out;
  const double distance = estimate - null_value;
  if (std::isnan(distance) || std::isnan(se) || (se == 0 && distance == 0)) return out;
  if (se == 0) {
    out.t = std::copysign(kInfinity, distance);
    out.p = (alternative == Alternative::Greater && distance < 0) || (alternative == Alternative::Less && distance > 0);
    return out;
  }
  out.t = distance / se;
  switch (alternative) {
    case Alternative::TwoSided: {
      const double half = t_isf(alpha / 2, df) * se;
      out.p = t_two_sided_p(out.t, df);
      out.ci = {estimate - half, estimate + half};
      break;
    }
    case Alternative::Greater:
      out.p = t_sf(out.t, df);
      out.ci = {estimate - t_isf(alpha, df) * se, kInfinity};
      break;
    case Alternative::Less:
      out.p = t_sf(-out.t, df);
      out.ci = {-kInfinity, estimate + t_isf(alpha, df) * se};
      break;
  }
  return out;
}

Comparison compare(const Estimate& control, const Estimate& treatment, double alpha) {
  Comparison out;
  out.control = control;
  out.treatment = treatment;
  out.alpha = alpha;
  out.effect = treatment.value - control.value;
  const auto either = [&](TestStatus s) { return control.status == s || treatment.status == s; };
  if (control.value != 0 && !std::isnan(out.effect)) out.lift = out.effect / std::abs(control.value);
  if (either(TestStatus::NotEnoughData)) return out;
  out.status = either(TestStatus::ZeroVariance) ? TestStatus::ZeroVariance : TestStatus::Ok;

  out.se = std::sqrt(control.variance + treatment.variance);
  out.df = welch_df(control, treatment);
  const TTest absolute = t_test(out.effect, out.se, out.df, alpha);
  out.t = absolute.t;
  out.p = absolute.p;
  out.ci = absolute.ci;
  if (control.value == 0) return out;

  out.lift_status = out.status;
  const double relative = treatment.value / control.value;
  out.lift_se = std::sqrt(treatment.variance + relative * relative * control.variance) / std::abs(control.value);
  out.lift_ci = t_test(out.lift, out.lift_se, out.df, alpha).ci;
  return out;
}

Comparison compare(const RatioMoments& control, const RatioMoments& treatment, double alpha) {
  return compare(ratio_estimate(control), ratio_estimate(treatment), alpha);
}

PooledError pooled_error(const Estimate& control, const Estimate& treatment) {
  const double a = static_cast<double>(control.n), b = static_cast<double>(treatment.n), df = a + b - 2;
  PooledError out;
  if (df > 0) out.df = df;
  const double m2 = control.variance * a * (a - 1) + treatment.variance * b * (b - 1);
  out.se = std::sqrt(m2 / out.df * (1 / a + 1 / b));
  return out;
}

}  // namespace feedloop
