#include "stats/mixture_boundary.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/tools/roots.hpp>

#include "base/check.hpp"
#include "stats/confidence_sequence.hpp"
#include "stats/interval.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

namespace bm = boost::math;

// The precision at which the normal mixture is narrowest: v_opt of the units behind approximate_rho.
double precision(double v_opt, double alpha_opt, Alternative side) {
  const double rho = approximate_rho(v_opt, alpha_opt, side);
  return 1 / (rho * rho);
}

// log(exp(x^2 / 2) Phi(x)), whose factors under- and overflow far from 0.
double log_scaled_normal_cdf(double x) {
  if (x > -30) return 0.5 * x * x + std::log(normal_sf(-x));
  const double y = 1 / (x * x);  // the asymptotic series of Mills' ratio
  return -std::log(-x * std::sqrt(2 * std::numbers::pi)) + std::log1p(-y * (1 - 3 * y * (1 - 5 * y)));
}

double log_beta(double a, double b) { return bm::lgamma(a) + bm::lgamma(b) - bm::lgamma(a + b); }

void check_scale(double c) { FEEDLOOP_CHECK(c > 0 && std::isfinite(c), "the scale of increments is positive"); }

}  // namespace

MixtureBoundary MixtureBoundary::normal_two_sided(double v_opt, double alpha_opt) {
  return {Family::NormalTwoSided, precision(v_opt, alpha_opt, Alternative::TwoSided)};
}

MixtureBoundary MixtureBoundary::normal_one_sided(double v_opt, double alpha_opt) {
  return {Family::NormalOneSided, precision(v_opt, alpha_opt, Alternative::Greater)};
}

MixtureBoundary MixtureBoundary::gamma_exponential(double v_opt, double alpha_opt, double c) {
  check_scale(c);
  MixtureBoundary out{Family::GammaExponential, precision(v_opt, alpha_opt, Alternative::Greater)};
  out.c_ = c;
  const double a = out.rho_ / (c * c);
  out.log_constant_ = a * std::log(a) - bm::lgamma(a) - std::log(bm::gamma_p(a, a));
  return out;
}

MixtureBoundary MixtureBoundary::gamma_poisson(double v_opt, double alpha_opt, double c) {
  check_scale(c);
  MixtureBoundary out{Family::GammaPoisson, precision(v_opt, alpha_opt, Alternative::Greater)};
  out.c_ = c;
  const double a = out.rho_ / (c * c);
  out.log_constant_ = a * std::log(a) - bm::lgamma(a) - std::log(bm::gamma_q(a, a));
  return out;
}

MixtureBoundary MixtureBoundary::beta_binomial(Family family, double rho, double g, double h) {
  check_scale(g);
  check_scale(h);
  // The beta prior's own variance takes g h off; a sliver is left so that it stays a prior.
  MixtureBoundary out{family, std::max(rho - g * h, 1e-3 * g * h)};
  out.g_ = g;
  out.h_ = h;
  out.log_constant_ = -out.log_beta_part(0, 0);
  return out;
}

MixtureBoundary MixtureBoundary::beta_binomial_two_sided(double v_opt, double alpha_opt, double g, double h) {
  return beta_binomial(Family::BetaTwoSided, precision(v_opt, alpha_opt, Alternative::TwoSided), g, h);
}

MixtureBoundary MixtureBoundary::beta_binomial_one_sided(double v_opt, double alpha_opt, double g, double h) {
  return beta_binomial(Family::BetaOneSided, precision(v_opt, alpha_opt, Alternative::Greater), g, h);
}

double MixtureBoundary::log_beta_part(double s, double v) const {
  const double width = g_ + h_, a = (rho_ + v - g_ * s) / (g_ * width), b = (rho_ + v + h_ * s) / (h_ * width);
  if (!(a > 0) || !(b > 0)) return std::isnan(s) ? kNaN : kInfinity;
  const double whole = log_beta(a, b);
  return family_ == Family::BetaOneSided ? whole + std::log(bm::ibeta(a, b, h_ / width)) : whole;
}

double MixtureBoundary::log_mixture(double s, double v) const {
  FEEDLOOP_CHECK(!(v < 0), "intrinsic time does not run backwards");
  if (std::isnan(s) || std::isnan(v)) return kNaN;
  const double total = v + rho_, c2 = c_ * c_;
  switch (family_) {
    case Family::NormalTwoSided:
      return 0.5 * (std::log(rho_ / total) + s * s / total);
    case Family::NormalOneSided:
      return 0.5 * std::log(4 * rho_ / total) + log_scaled_normal_cdf(s / std::sqrt(total));
    case Family::GammaExponential: {
      const double a = total / c2, x = (c_ * s + total) / c2;
      if (!(x > 0)) return -kInfinity;
      return log_constant_ + bm::lgamma(a) + std::log(bm::gamma_p(a, x)) - a * std::log(x) + (c_ * s + v) / c2;
    }
    case Family::GammaPoisson: {
      const double x = total / c2, a = s / c_ + x;
      if (!(a > 0)) return -kInfinity;
      return log_constant_ + bm::lgamma(a) + std::log(bm::gamma_q(a, x)) - a * std::log(x) + v / c2;
    }
    case Family::BetaTwoSided:
    case Family::BetaOneSided: {
      const double width = g_ + h_;
      return log_constant_ + log_beta_part(s, v) + v / (g_ * h_) * std::log(width) -
             (v + h_ * s) / (h_ * width) * std::log(g_) - (v - g_ * s) / (g_ * width) * std::log(h_);
    }
  }
  return kNaN;
}

double MixtureBoundary::boundary(double v, double alpha) const {
  FEEDLOOP_CHECK(v >= 0 && std::isfinite(v), "intrinsic time is finite and does not run backwards");
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  const double threshold = -std::log(alpha);
  if (family_ == Family::NormalTwoSided) return std::sqrt((v + rho_) * (std::log1p(v / rho_) + 2 * threshold));
  const auto excess = [&](double s) { return log_mixture(s, v) - threshold; };
  double high = 0;
  if (family_ == Family::BetaTwoSided || family_ == Family::BetaOneSided) {
    high = v / g_;
    if (!(excess(high) > 0)) return high;
  } else {
    high = std::sqrt(v + rho_);
    while (excess(high) < 0) high *= 2;
  }
  std::uintmax_t steps = 200;
  const auto [a, b] = bm::tools::toms748_solve(excess, 0.0, high, bm::tools::eps_tolerance<double>(46), steps);
  return a + (b - a) / 2;
}

}  // namespace feedloop
