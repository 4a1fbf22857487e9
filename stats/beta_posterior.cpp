#include "stats/beta_posterior.hpp"

#include <algorithm>
#include <boost/math/special_functions/trigamma.hpp>
#include <cmath>

#include "base/check.hpp"
#include "stats/beta_tail.hpp"
#include "stats/log_concave_integral.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

// One rate on the log-odds scale, where density and both tails are log-concave and smooth.
struct LogOdds {
  explicit LogOdds(const BetaPosterior& p)
      : tail(p.a, p.b),
        mirrored(p.b, p.a),
        centre(std::log(p.a / p.b)),
        sd(std::sqrt(boost::math::trigamma(p.a) + boost::math::trigamma(p.b))) {}
  double log_upper(double t) const { return tail.log_upper(t); }
  double log_lower(double t) const { return mirrored.log_upper(-t); }

  BetaTail tail, mirrored;
  double centre, sd;
};

// log x (1 - x): what turns dt into dx.
double log_jacobian(double t) { return -std::abs(t) - 2 * std::log1p(std::exp(-std::abs(t))); }

}  // namespace

BetaPosterior BetaPosterior::updated(std::int64_t successes, std::int64_t n) const {
  FEEDLOOP_CHECK(successes >= 0 && successes <= n, "not a count out of n");
  return {a + static_cast<double>(successes), b + static_cast<double>(n - successes)};
}

double posterior_mean(const BetaPosterior& p) { return p.a / (p.a + p.b); }

Interval credible_interval(const BetaPosterior& p, double alpha) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  return {beta_quantile(alpha / 2, p.a, p.b), beta_isf(alpha / 2, p.a, p.b)};
}

RateComparison compare_rates(const BetaPosterior& control, const BetaPosterior& treatment) {
  for (const BetaPosterior& p : {control, treatment})
    FEEDLOOP_CHECK(p.a > 0 && p.b > 0 && std::isfinite(p.a) && std::isfinite(p.b), "a beta has positive parameters");
  const LogOdds c(control), t(treatment);
  // The functions have poles at +-i pi, so no step need be finer than half a unit for their sake.
  const double step = std::min({c.sd / 2, t.sd / 2, 0.5});
  const auto integral = [&](double start, const auto& g) { return integrate_log_concave(g, start, step); };
  // E max(p - q, 0) is the integral of P(q < x < p): no difference of near numbers.
  const auto mean_excess = [&](const LogOdds& p, const LogOdds& q) {
    return integral((p.centre + q.centre) / 2, [&](double x) { return p.log_upper(x) + q.log_lower(x) + log_jacobian(x); });
  };
  RateComparison out;
  const double win = integral(c.centre, [&](double x) { return c.tail.log_density(x) + t.log_upper(x); });
  out.chance_to_win = std::min(1.0, win);
  out.loss_keep = mean_excess(t, c);
  out.loss_ship = mean_excess(c, t);
  return out;
}

}  // namespace feedloop
