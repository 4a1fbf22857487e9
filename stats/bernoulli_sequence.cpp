#include "stats/bernoulli_sequence.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/math/tools/roots.hpp>

#include "base/check.hpp"
#include "stats/confidence_sequence.hpp"
#include "stats/sequential_srm.hpp"

namespace feedloop {
namespace {

constexpr double kSmallestLog = -700;  // below, exp underflows

}  // namespace

double bernoulli_concentration(double planned_n, double alpha) {
  // The beta prior's variance is p (1 - p) / (concentration + 1), the normal mixture's p (1 - p) rho^2.
  const double rho = approximate_rho(planned_n, alpha);
  return std::max(1 / (rho * rho) - 1, 1e-3);
}

Interval bernoulli_sequence(std::int64_t successes, std::int64_t n, double alpha, double concentration) {
  FEEDLOOP_CHECK(0 <= successes && successes <= n, "successes are some of the trials");
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  if (n == 0) return {0, 1};
  const std::array counts{successes, n - successes};
  const double share = static_cast<double>(successes) / static_cast<double>(n);
  // Solved for log p and log(1 - p): an end near 0 or 1 keeps its relative precision.
  const auto end = [&](std::size_t side) {
    const double from = std::log(side == 0 ? share : 1 - share);
    const auto excess = [&](double log_p) {
      std::array<double, 2> shares{};
      shares[side] = std::exp(log_p);
      shares[1 - side] = -std::expm1(log_p);
      return log_mismatch_factor(counts, shares, concentration) + std::log(alpha);
    };
    // A single success, which the prior about each share expects as that share does, speaks against none however small.
    double step = 1;
    while (from - step > kSmallestLog && excess(from - step) < 0) step *= 2;
    const double low = from - step;
    if (!(low > kSmallestLog)) return 0.0;
    const double near = std::min(from, -1e-17);
    if (!(excess(near) < 0)) return std::exp(near);
    std::uintmax_t steps = 200;
    const auto [a, b] =
        boost::math::tools::toms748_solve(excess, low, near, boost::math::tools::eps_tolerance<double>(46), steps);
    return std::exp(a + (b - a) / 2);
  };
  return {successes == 0 ? 0 : end(0), successes == n ? 1 : 1 - end(1)};
}

}  // namespace feedloop
