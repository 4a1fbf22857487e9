#include "stats/srm.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "stats/proportion.hpp"
#include "stats/tails.hpp"

namespace feedloop {

std::string_view to_string(SrmState s) {
  switch (s) {
    case SrmState::Healthy:
      return "healthy";
    case SrmState::Unhealthy:
      return "unhealthy";
    case SrmState::NotEnoughTraffic:
      return "not enough traffic";
  }
  return "unknown";
}

SrmResult sample_ratio_test(std::span<const std::int64_t> observed, std::span<const double> shares, double alarm_p) {
  FEEDLOOP_CHECK(observed.size() == shares.size(), "every variant needs a count and a share");
  SrmResult out;
  int variants = 0;
  double total_share = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    FEEDLOOP_CHECK(shares[i] >= 0 && std::isfinite(shares[i]) && observed[i] >= 0, "a share or a count is negative");
    if (shares[i] > 0) {
      ++variants;
      total_share += shares[i];
      out.units += observed[i];
    } else {
      out.stray += observed[i];
    }
  }
  out.df = std::max(0, variants - 1);
  double smallest = kInfinity;
  if (variants >= 2 && out.units > 0) {
    out.chi2 = 0;
    out.g = 0;
    std::size_t last = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (!(shares[i] > 0)) continue;
      const double expected = static_cast<double>(out.units) * (shares[i] / total_share);
      const double count = static_cast<double>(observed[i]), difference = count - expected;
      out.chi2 += difference * difference / expected;
      // O log(O / E) - (O - E): the differences add up to 0, and each term then is of the size of their squares.
      out.g += count > 0 ? 2 * (count * std::log1p(difference / expected) - difference) : 2 * expected;
      last = i;
      smallest = std::min(smallest, expected);
    }
    out.p = chi2_sf(out.chi2, out.df);
    out.p_g = chi2_sf(out.g, out.df);
    if (variants == 2) out.p_exact = binomial_test(observed[last], out.units, shares[last] / total_share);
  }
  if (out.stray > 0)
    out.state = SrmState::Unhealthy;
  else if (std::isnan(out.p) || out.units < kSrmMinimumUnits || smallest < kSrmMinimumExpected)
    out.state = SrmState::NotEnoughTraffic;
  else
    out.state = out.p < alarm_p ? SrmState::Unhealthy : SrmState::Healthy;
  return out;
}

}  // namespace feedloop
