#include "stats/quantile_metric.hpp"

#include <cmath>

#include "base/check.hpp"
#include "stats/sample_quantile.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

constexpr double kOutside = 0.025;  // of each side of the bracket

bool inside(const Interval& levels) { return levels.low > 0 && levels.high < 1; }

}  // namespace

Interval bracket_levels(double level, std::int64_t n) {
  FEEDLOOP_CHECK(level > 0 && level < 1, "the level is a share strictly between 0 and 1");
  if (n < 1) return {};
  const double half = normal_isf(kOutside) * std::sqrt(level * (1 - level) / static_cast<double>(n));
  return {level - half, level + half};
}

QuantileBracket quantile_bracket(std::span<const double> x, double level) {
  const auto n = static_cast<std::int64_t>(x.size());
  const Interval levels = bracket_levels(level, n);
  QuantileBracket out{.n = n, .n_levels = n, .level = level};
  if (n == 0) return out;
  out.value = sample_quantile(x, level, QuantileDefinition::InvertedCdf);
  if (levels.low > 0) out.lower = sample_quantile(x, levels.low, QuantileDefinition::InvertedCdf);
  if (levels.high < 1) out.upper = sample_quantile(x, levels.high, QuantileDefinition::InvertedCdf);
  return out;
}

Estimate quantile_estimate(const QuantileBracket& b) {
  Estimate out{.n = b.n, .value = b.value};
  if (b.n < 2 || std::isnan(b.value) || !inside(bracket_levels(b.level, b.n_levels))) return out;
  const double n = static_cast<double>(b.n), se = (b.upper - b.lower) / (2 * normal_isf(kOutside));
  if (std::isnan(se)) return out;
  // An earlier, smaller count gave a bracket too wide for n events.
  out.variance = static_cast<double>(b.n_levels) / n * (n - 1) / n * se * se;
  out.status = out.variance > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  return out;
}

Estimate quantile_estimate(const QuantileBracket& b, const RatioMoments& users) {
  Estimate out = quantile_estimate(b);
  const Estimate share = ratio_estimate(users);
  out.n = users.n;
  if (out.status == TestStatus::NotEnoughData) return out;
  if (share.status == TestStatus::NotEnoughData) {
    out.variance = kNaN;
    out.status = TestStatus::NotEnoughData;
    return out;
  }
  out.variance *= share.variance / (b.level * (1 - b.level) / static_cast<double>(b.n));
  if (!(out.variance > 0)) out.status = TestStatus::ZeroVariance;
  return out;
}

}  // namespace feedloop
