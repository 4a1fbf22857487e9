#include "stats/intraclass.hpp"

#include <cmath>
#include <limits>

#include <boost/math/tools/minima.hpp>

#include "stats/tails.hpp"

namespace feedloop {
namespace {

// Minus twice the restricted log-likelihood of the variance ratio rho / (1 - rho), up to a constant; the mean and the overall
// scale are profiled out.
double deviance(std::span<const RatioMoments> clusters, double inside, double units, double rho) {
  const double ratio = rho / (1 - rho);
  double weight = 0, mean = 0, m2 = 0, log_determinant = 0;
  for (const RatioMoments& g : clusters) {
    if (g.n == 0) continue;
    const double n = static_cast<double>(g.n), w = n / (1 + n * ratio), delta = g.mean_num - mean;
    weight += w;
    mean += delta * w / weight;
    m2 += w * delta * (g.mean_num - mean);
    log_determinant += std::log1p(n * ratio);
  }
  return log_determinant + std::log(weight) + (units - 1) * std::log(inside + m2);
}

}  // namespace

Intraclass intraclass(std::span<const RatioMoments> clusters) {
  Intraclass out;
  RatioMoments all;
  double inside = 0, squared_sizes = 0;
  for (const RatioMoments& g : clusters) {
    if (g.n == 0) continue;
    ++out.clusters;
    const double n = static_cast<double>(g.n);
    squared_sizes += n * n;
    inside += g.m2_num;
    all = all.merged(g);
  }
  out.units = all.n;
  if (out.clusters < 2) return out;
  double outside = 0;
  for (const RatioMoments& g : clusters)
    outside += static_cast<double>(g.n) * (g.mean_num - all.mean_num) * (g.mean_num - all.mean_num);
  const double units = static_cast<double>(out.units), count = static_cast<double>(out.clusters);
  const double df_between = count - 1, df_within = units - count;
  out.between = outside / df_between;
  out.size = (units - squared_sizes / units) / df_between;
  if (df_within < 1) return out;
  out.within = inside / df_within;

  out.status = out.within > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  out.anova = (out.between - out.within) / (out.between + (out.size - 1) * out.within);
  out.f = out.between / out.within;
  // The upper tail of F as the beta distribution's lower one.
  if (std::isinf(out.f))
    out.p = 0;
  else
    out.p = beta_cdf(df_within / (df_within + df_between * out.f), df_within / 2, df_between / 2);
  out.design_effect = 1 + (squared_sizes / units - 1) * out.anova;
  if (out.status == TestStatus::ZeroVariance) {
    out.reml = out.anova;
    return out;
  }
  const auto minimum = boost::math::tools::brent_find_minima([&](double rho) { return deviance(clusters, inside, units, rho); },
                                                             0.0, 1 - 1e-9, std::numeric_limits<double>::digits / 2);
  // The likelihood may be highest at the border, which the search only nears.
  out.reml = deviance(clusters, inside, units, 0) <= minimum.second ? 0 : minimum.first;
  return out;
}

}  // namespace feedloop
