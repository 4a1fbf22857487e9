#include "stats/confidence_sequence.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/lambert_w.hpp>

#include "base/check.hpp"

namespace feedloop {
namespace {

double tuning_alpha(double planned_n, double alpha, Alternative alternative) {
  FEEDLOOP_CHECK(planned_n > 0 && std::isfinite(planned_n), "a sequence is tuned for a positive number of units");
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  if (alternative == Alternative::TwoSided) return alpha;
  FEEDLOOP_CHECK(alpha < 0.5, "a one-sided sequence is tuned for alpha below one half");
  return 2 * alpha;
}

}  // namespace

double exact_rho(double planned_n, double alpha, Alternative alternative) {
  const double a = tuning_alpha(planned_n, alpha, alternative);
  return std::sqrt((-boost::math::lambert_wm1(-a * a * std::exp(-1.0)) - 1) / planned_n);
}

double approximate_rho(double planned_n, double alpha, Alternative alternative) {
  const double l = -2 * std::log(tuning_alpha(planned_n, alpha, alternative));
  return std::sqrt((l + std::log1p(l)) / planned_n);
}

double mixture_margin(double n, double rho, double alpha, Alternative alternative) {
  FEEDLOOP_CHECK(n > 0 && rho > 0, "a margin needs units and a spread of the mixture");
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  const double growth = n * rho * rho;
  const double l = alternative == Alternative::TwoSided ? std::log1p(growth) - 2 * std::log(alpha)
                                                        : 2 * std::log1p(std::sqrt(growth + 1) / (2 * alpha));
  return std::sqrt((1 + 1 / growth) * l / n);
}

double iterated_logarithm_margin(double n, double alpha) {
  FEEDLOOP_CHECK(n >= 1, "a margin needs units");
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  return 1.7 * std::sqrt((std::log(std::log(2 * n)) + 0.72 * std::log(10.4 / alpha)) / n);
}

SequenceLook sequence_look(double estimate, double variance, std::int64_t n, double rho, double alpha,
                           Alternative alternative) {
  SequenceLook out;
  if (n < 2 || !std::isfinite(estimate) || !std::isfinite(variance)) return out;
  out.status = TestStatus::ZeroVariance;
  if (!(variance > 0)) return out;
  out.status = TestStatus::Ok;
  const double units = static_cast<double>(n), growth = units * rho * rho;
  const double half = mixture_margin(units, rho, alpha, alternative) * std::sqrt(units * variance);
  // Where the bound meets 0, solved for alpha.
  const double exponent = estimate * estimate / variance * growth / (2 * (growth + 1));
  const double spread = std::sqrt(growth + 1);
  const auto one_sided_p = [&](bool on_the_side) {
    return on_the_side ? std::min(1.0, spread / (2 * std::expm1(exponent))) : 1;
  };
  switch (alternative) {
    case Alternative::TwoSided:
      out.ci = {estimate - half, estimate + half};
      out.p = std::min(1.0, spread * std::exp(-exponent));
      break;
    case Alternative::Greater:
      out.ci = {estimate - half, kInfinity};
      out.p = one_sided_p(estimate > 0);
      break;
    case Alternative::Less:
      out.ci = {-kInfinity, estimate + half};
      out.p = one_sided_p(estimate < 0);
      break;
  }
  return out;
}

SequenceLook sequence_look(const Comparison& difference, double rho, Alternative alternative) {
  return sequence_look(difference.effect, difference.se * difference.se, difference.control.n + difference.treatment.n, rho,
                       difference.alpha, alternative);
}

}  // namespace feedloop
