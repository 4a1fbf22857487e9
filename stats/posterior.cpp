#include "stats/posterior.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "stats/log_concave_integral.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

constexpr double kLogRootTwoPi = 0.91893853320467274178;

// Beyond 30 the tail is the density times its asymptotic series (Abramowitz & Stegun 26.2.12), which is there good to 1e-12;
// the tail itself underflows at 38.
double log_normal_sf(double z) {
  if (z < 30) return std::log(normal_sf(z));
  const double u = 1 / (z * z);
  return -z * z / 2 - kLogRootTwoPi - std::log(z) + std::log1p(-u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u))));
}

// E max(x, 0) of a normal. On the losing side the two terms cancel to a part 1 / z^2 of either: 12 digits are left at z = -30.
double mean_positive_part(double mean, double sd) {
  const double z = mean / sd, density = std::exp(-z * z / 2 - kLogRootTwoPi);
  return std::max(0.0, sd * (density + z * normal_sf(-z)));
}

}  // namespace

EffectPosterior effect_posterior(double estimate, double se, const NormalPrior& prior, double alpha, Better better) {
  FEEDLOOP_CHECK(prior.variance > 0 && std::isfinite(prior.mean), "a prior has a finite mean and a positive variance");
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  EffectPosterior out;
  out.alpha = alpha;
  if (!std::isfinite(estimate) || !std::isfinite(se) || se < 0) return out;
  out.status = se > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  if (se == 0) return out;
  // The weight of the prior; no precision is formed, so that neither end overflows.
  const double weight = std::isinf(prior.variance) ? 0 : se * se / (se * se + prior.variance);
  out.mean = estimate + weight * (prior.mean - estimate);
  out.sd = se * std::sqrt(1 - weight);
  if (!(out.sd > 0)) out.sd = std::sqrt(prior.variance);  // a prior so narrow that the estimate says nothing beside it
  const double half = normal_isf(alpha / 2) * out.sd;
  out.ci = {out.mean - half, out.mean + half};
  const double sign = better == Better::Larger ? 1 : -1;
  out.chance_to_win = normal_sf(-sign * out.mean / out.sd);
  out.loss_keep = mean_positive_part(sign * out.mean, out.sd);
  out.loss_ship = mean_positive_part(-sign * out.mean, out.sd);
  return out;
}

EffectPosterior lift_posterior(const Comparison& c, const NormalPrior& prior, Better better) {
  EffectPosterior out;
  out.alpha = c.alpha;
  out.status = c.lift_status;
  return c.lift_status == TestStatus::Ok ? effect_posterior(c.lift, c.lift_se, prior, c.alpha, better) : out;
}

EffectPosterior difference_posterior(const Comparison& c, const NormalPrior& lift_prior, Better better) {
  EffectPosterior out;
  out.alpha = c.alpha;
  out.status = c.status;
  if (c.status != TestStatus::Ok) return out;
  const double scale = std::abs(c.control.value);
  if (std::isinf(lift_prior.variance)) return effect_posterior(c.effect, c.se, {}, c.alpha, better);
  out.status = TestStatus::NotEnoughData;
  if (scale == 0) return out;
  return effect_posterior(c.effect, c.se, {lift_prior.mean * scale, lift_prior.variance * scale * scale}, c.alpha, better);
}

std::vector<double> chance_best(std::span<const double> mean, std::span<const double> sd) {
  FEEDLOOP_CHECK(mean.size() == sd.size(), "every mean has its sd");
  std::vector<std::size_t> active;
  double narrowest = kInfinity;
  for (std::size_t k = 0; k < mean.size(); ++k) {
    if (!std::isfinite(mean[k]) || !std::isfinite(sd[k]) || !(sd[k] > 0)) continue;
    active.push_back(k);
    narrowest = std::min(narrowest, sd[k]);
  }
  std::vector<double> out(mean.size(), kNaN);
  for (const std::size_t k : active) {
    const auto log_term = [&](double x) {
      const double z = (x - mean[k]) / sd[k];
      double g = -z * z / 2 - kLogRootTwoPi - std::log(sd[k]);
      for (const std::size_t j : active)
        if (j != k) g += log_normal_sf(-(x - mean[j]) / sd[j]);
      return g;
    };
    out[k] = active.size() == 1 ? 1 : std::min(1.0, integrate_log_concave(log_term, mean[k], narrowest / 2));
  }
  return out;
}

}  // namespace feedloop
