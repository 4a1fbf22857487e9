#include "stats/running_power.hpp"

#include <cmath>

#include "base/check.hpp"
#include "stats/confidence_sequence.hpp"
#include "stats/root.hpp"
#include "stats/tails.hpp"

namespace feedloop {

double always_valid_critical(double mixture, double alpha) {
  return mixture_margin(1, std::sqrt(mixture), alpha);
}

double tuned_mixture(double units, double tuning, double alpha) {
  const double rho = approximate_rho(tuning, alpha);
  return units * rho * rho;
}

double extended_power(const RunningTest& t, double extension) {
  FEEDLOOP_CHECK(t.alpha > 0 && t.alpha < 1 && extension >= 0, "a level in (0, 1) and an extension of at least 0");
  if (!(t.se > 0) || !std::isfinite(t.effect)) return kNaN;
  const double information = 1 + extension, away = std::abs(t.effect) * std::sqrt(information) / t.se;
  const double critical = t.mixture > 0 ? always_valid_critical(t.mixture * information, t.alpha) : normal_isf(t.alpha / 2);
  return normal_sf(critical - away) + normal_sf(critical + away);
}

double extension_for(const RunningTest& t, double power) {
  FEEDLOOP_CHECK(power > 0 && power < 1, "a power is strictly between 0 and 1");
  const auto lacks = [&](double log_information) { return extended_power(t, std::expm1(log_information)) - power; };
  const double now = lacks(0), furthest = std::log1p(1e6);
  if (std::isnan(now) || now >= 0) return std::isnan(now) ? kNaN : 0;
  if (lacks(furthest) < 0) return kInfinity;
  return std::expm1(root_between(lacks, 0, furthest));
}

}  // namespace feedloop
