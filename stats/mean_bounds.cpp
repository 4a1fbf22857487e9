#include "stats/mean_bounds.hpp"

#include <cmath>

#include "stats/tails.hpp"

namespace feedloop {
namespace {

Interval around(double mean, double lower) { return {lower, mean + (mean - lower)}; }

}  // namespace

double hoeffding_lower(const SampleMean& s, double range, double delta) {
  if (s.n < 1) return kNaN;
  return s.mean - range * std::sqrt(std::log(1 / delta) / (2 * static_cast<double>(s.n)));
}

double empirical_bernstein_lower(const SampleMean& s, double range, double delta) {
  if (s.n < 2) return kNaN;
  const double n = static_cast<double>(s.n), l = std::log(2 / delta);
  return s.mean - std::sqrt(2 * s.variance * l / n) - 7 * range * l / (3 * (n - 1));
}

double student_lower(const SampleMean& s, double delta) {
  if (s.n < 2) return kNaN;
  const double n = static_cast<double>(s.n);
  return s.mean - t_isf(delta, n - 1) * std::sqrt(s.variance / n);
}

Interval hoeffding_interval(const SampleMean& s, double range, double alpha) {
  return around(s.mean, hoeffding_lower(s, range, alpha / 2));
}
Interval empirical_bernstein_interval(const SampleMean& s, double range, double alpha) {
  return around(s.mean, empirical_bernstein_lower(s, range, alpha / 2));
}
Interval student_interval(const SampleMean& s, double alpha) { return around(s.mean, student_lower(s, alpha / 2)); }

}  // namespace feedloop
