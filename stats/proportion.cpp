#include "stats/proportion.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "stats/tails.hpp"

namespace feedloop {

Interval clopper_pearson(std::int64_t successes, std::int64_t n, double alpha) {
  FEEDLOOP_CHECK(successes >= 0 && successes <= n && alpha > 0 && alpha < 1, "not a count out of n at a level");
  const double k = static_cast<double>(successes), misses = static_cast<double>(n - successes);
  return {successes == 0 ? 0 : beta_quantile(alpha / 2, k, misses + 1),
          successes == n ? 1 : beta_isf(alpha / 2, k + 1, misses)};
}

Interval wilson(std::int64_t successes, std::int64_t n, double alpha) {
  FEEDLOOP_CHECK(successes >= 0 && successes <= n && alpha > 0 && alpha < 1, "not a count out of n at a level");
  if (n == 0) return {0, 1};
  const double count = static_cast<double>(n), p = static_cast<double>(successes) / count;
  const double z = normal_isf(alpha / 2), z2 = z * z;
  const double centre = (p + z2 / (2 * count)) / (1 + z2 / count);
  const double half = z * std::sqrt(p * (1 - p) / count + z2 / (4 * count * count)) / (1 + z2 / count);
  return {successes == 0 ? 0 : std::max(0.0, centre - half), successes == n ? 1 : std::min(1.0, centre + half)};
}

Interval jeffreys(std::int64_t successes, std::int64_t n, double alpha) {
  FEEDLOOP_CHECK(successes >= 0 && successes <= n && alpha > 0 && alpha < 1, "not a count out of n at a level");
  const double a = static_cast<double>(successes) + 0.5, b = static_cast<double>(n - successes) + 0.5;
  return {beta_quantile(alpha / 2, a, b), beta_isf(alpha / 2, a, b)};
}

Interval agresti_coull(std::int64_t successes, std::int64_t n, double alpha) {
  FEEDLOOP_CHECK(successes >= 0 && successes <= n && alpha > 0 && alpha < 1, "not a count out of n at a level");
  const double z = normal_isf(alpha / 2), count = static_cast<double>(n) + z * z;
  const double centre = (static_cast<double>(successes) + z * z / 2) / count;
  const double half = z * std::sqrt(centre * (1 - centre) / count);
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

Interval wald(std::int64_t successes, std::int64_t n, double alpha) {
  FEEDLOOP_CHECK(successes >= 0 && successes <= n && alpha > 0 && alpha < 1, "not a count out of n at a level");
  if (n == 0) return {};
  const double count = static_cast<double>(n), p = static_cast<double>(successes) / count;
  const double half = normal_isf(alpha / 2) * std::sqrt(p * (1 - p) / count);
  return {std::max(0.0, p - half), std::min(1.0, p + half)};
}

double binomial_test(std::int64_t successes, std::int64_t n, double p) {
  FEEDLOOP_CHECK(successes >= 0 && successes <= n && p >= 0 && p <= 1, "not a count out of n at a rate");
  // Seen from the side on which the count is above its mean, by counting misses if need be.
  const bool above = static_cast<double>(successes) >= static_cast<double>(n) * p;
  const std::int64_t k = above ? successes : n - successes;
  const double rate = above ? p : 1 - p;
  const double mode = std::floor((static_cast<double>(n) + 1) * rate);
  if (static_cast<double>(k) <= mode) return 1;
  // The masses rise up to the mode: the last one below it that is no larger. Equal masses differ by rounding.
  const double most = binomial_mass(k, n, rate) * (1 + 1e-7);
  std::int64_t low = -1, high = static_cast<std::int64_t>(mode);
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (binomial_mass(middle, n, rate) <= most ? low : high) = middle;
  }
  return std::min(1.0, binomial_sf(k - 1, n, rate) + binomial_cdf(low, n, rate));
}

bool consistent_with_rate(std::int64_t successes, std::int64_t n, double p, double alpha) {
  return clopper_pearson(successes, n, alpha).contains(p);
}

}  // namespace feedloop
