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

bool consistent_with_rate(std::int64_t successes, std::int64_t n, double p, double alpha) {
  return clopper_pearson(successes, n, alpha).contains(p);
}

}  // namespace feedloop
