#include "stats/anytime_t.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "stats/interval.hpp"

namespace feedloop {
namespace {

void check(const AnytimeT& test) {
  FEEDLOOP_CHECK(test.n > 0 && test.df > 0 && test.g > 0, "an anytime-valid t needs observations, freedom and a precision");
}

}  // namespace

double AnytimeT::log_e(double t) const {
  check(*this);
  const double r = g / (g + n);
  // log((1 + x) / (1 + r x)) for x = t^2 / df, without the cancellation of large df or the overflow of large t.
  return 0.5 * (std::log(r) + (df + 1) * std::log1p((1 - r) / (df / t / t + r)));
}

double AnytimeT::p(double t) const {
  const double l = log_e(t);
  return std::isnan(l) ? kNaN : std::min(1.0, std::exp(-l));
}

double AnytimeT::radius(double alpha) const {
  check(*this);
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  const double r = g / (g + n), excess = std::expm1(-std::log(r * alpha * alpha) / (df + 1));
  const double room = 1 - r - r * excess;  // not positive where even an infinite t would not reach 1 / alpha
  return room > 0 ? std::sqrt(df * (excess / room)) : kInfinity;
}

double AnytimeT::large_sample_radius(double alpha) const {
  check(*this);
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  return std::sqrt((g + n) / n * (std::log((g + n) / g) - 2 * std::log(alpha)));
}

}  // namespace feedloop
