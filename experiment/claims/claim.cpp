#include "experiment/claims/claim.hpp"

#include <algorithm>
#include <cmath>

#include "stats/moments.hpp"
#include "stats/sample_quantile.hpp"
#include "stats/tails.hpp"

namespace feedloop {

Measurement measured_over(std::vector<double> values, bool median) {
  Measurement out{std::move(values), kNaN, {}};
  if (out.values.empty()) return out;
  if (median) {
    std::vector<double> ascending = out.values;
    for (double& x : ascending)
      if (std::isnan(x)) x = kInfinity;
    std::ranges::sort(ascending);
    const Interval ci = ascending.front() == ascending.back() ? Interval{ascending.front(), ascending.front()}
                                                              : median_interval(ascending, 0.05);
    if (!std::isnan(ci.low)) out.centre = sample_quantile(ascending, 0.5, QuantileDefinition::InvertedCdf), out.ci = ci;
    return out;
  }
  if (!std::ranges::all_of(out.values, [](double x) { return std::isfinite(x); })) return out;
  RatioMoments moments;
  for (const double x : out.values) moments.add(x);
  out.centre = moments.mean_num;
  const auto n = static_cast<double>(moments.n);
  const double half = moments.n < 2 || moments.m2_num == 0 ? 0 : t_isf(0.025, n - 1) * std::sqrt(moments.variance_num() / n);
  out.ci = {out.centre - half, out.centre + half};
  return out;
}

double contrast(const Claim& claim, double variant, double against) {
  return claim.lift ? variant / against - 1 : variant - against;
}

Verdict judge(const Claim& claim, const Measurement& measured) {
  const Interval &ci = measured.ci, &band = claim.band;
  if (std::isnan(ci.low) || std::isnan(ci.high)) return Verdict::Not;
  if (claim.overlap ? ci.high >= band.low && ci.low <= band.high : ci.low >= band.low && ci.high <= band.high)
    return Verdict::Reproduced;
  if (claim.from) {
    const double from = *claim.from;
    if ((band.low >= from && ci.low > from) || (band.high <= from && ci.high < from)) return Verdict::Partly;
  }
  return Verdict::Not;
}

}  // namespace feedloop
