#include "stats/newey_west.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/check.hpp"
#include "stats/moments.hpp"

namespace feedloop {

NeweyWest newey_west(std::span<const double> y, std::span<const std::uint8_t> treated, int lags, double alpha) {
  FEEDLOOP_CHECK(y.size() == treated.size(), "as many marks of treatment as periods");
  FEEDLOOP_CHECK(lags >= 0, "a number of lags is not negative");
  NeweyWest out;
  RatioMoments variant[2];
  for (std::size_t t = 0; t < y.size(); ++t) variant[treated[t] != 0].add(y[t]);
  if (variant[0].n == 0 || variant[1].n == 0) return out;
  out.effect = variant[1].mean_num - variant[0].mean_num;
  if (variant[0].n < 2 || variant[1].n < 2) return out;

  std::vector<double> s(y.size());
  for (std::size_t t = 0; t < y.size(); ++t) {
    const RatioMoments& m = variant[treated[t] != 0];
    s[t] = (treated[t] != 0 ? 1.0 : -1.0) * (y[t] - m.mean_num) / static_cast<double>(m.n);
  }
  double variance = 0;
  for (std::size_t lag = 0; lag <= static_cast<std::size_t>(lags) && lag < s.size(); ++lag) {
    double product = 0;
    for (std::size_t t = lag; t < s.size(); ++t) product += s[t] * s[t - lag];
    variance += (lag == 0 ? 1.0 : 2 * (1 - static_cast<double>(lag) / (lags + 1))) * product;
  }
  // Bartlett's weights make the form positive semidefinite: a negative sum is rounding.
  out.se = std::sqrt(std::max(variance, 0.0));
  out.status = out.se > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  const TTest test = t_test(out.effect, out.se, kInfinity, alpha);
  out.t = test.t;
  out.p = test.p;
  out.ci = test.ci;
  return out;
}

int newey_west_lags(std::int64_t periods) {
  if (periods <= 0) return 0;
  return static_cast<int>(4 * std::pow(static_cast<double>(periods) / 100, 2.0 / 9));
}

}  // namespace feedloop
