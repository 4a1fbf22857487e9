#include "stats/ratio_bootstrap.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "base/distributions.hpp"
#include "stats/poisson_bootstrap.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

std::vector<double> ascending(const BootstrapSample& s) {
  std::vector<double> out;
  for (const double x : s.replicates)
    if (!std::isnan(x)) out.push_back(x);
  std::sort(out.begin(), out.end());
  return out;
}

// f of each pair of replicates; the influences of the two groups are `by_control` and `by_treatment` times their own.
template <class F>
BootstrapSample combined(const BootstrapSample& control, const BootstrapSample& treatment, double by_control,
                         double by_treatment, F f) {
  FEEDLOOP_CHECK(control.replicates.size() == treatment.replicates.size(), "replicates are compared in pairs");
  BootstrapSample out;
  out.estimate = f(control.estimate, treatment.estimate);
  for (std::size_t i = 0; i < control.replicates.size(); ++i)
    out.replicates.push_back(f(control.replicates[i], treatment.replicates[i]));
  out.u2 = by_control * by_control * control.u2 + by_treatment * by_treatment * treatment.u2;
  out.u3 = std::pow(by_control, 3) * control.u3 + std::pow(by_treatment, 3) * treatment.u3;
  return out;
}

}  // namespace

BootstrapSample bootstrap_ratio(std::span<const double> num, std::span<const double> den, int replicates, Seed seed,
                                std::uint32_t group) {
  FEEDLOOP_CHECK(num.size() == den.size() && replicates > 0, "every unit has a numerator and a denominator");
  BootstrapSample out;
  const auto units = static_cast<std::uint32_t>(num.size());
  double total_num = 0, total_den = 0;
  for (std::size_t i = 0; i < units; ++i) total_num += num[i], total_den += den[i];
  if (units == 0 || total_den == 0) return out;
  out.estimate = total_num / total_den;
  for (std::size_t i = 0; i < units; ++i) {
    const double u = (num[i] - out.estimate * den[i]) / total_den;
    out.u2 += u * u;
    out.u3 += u * u * u;
  }
  for (int r = 0; r < replicates; ++r) {
    Rng rng = stream(seed, Stream::Bootstrap, {static_cast<std::uint32_t>(r), group, 1});
    double x = 0, y = 0;
    for (std::uint32_t i = 0; i < units; ++i) {
      const std::uint32_t drawn = uniform_below(rng, units);
      x += num[drawn];
      y += den[drawn];
    }
    out.replicates.push_back(y == 0 ? kNaN : x / y);
  }
  return out;
}

BootstrapSample bootstrap_difference(const BootstrapSample& control, const BootstrapSample& treatment) {
  return combined(control, treatment, -1, 1, [](double a, double b) { return b - a; });
}

BootstrapSample bootstrap_lift(const BootstrapSample& control, const BootstrapSample& treatment) {
  const double a = control.estimate, size = std::abs(a);
  return combined(control, treatment, -treatment.estimate / (a * size), 1 / size,
                  [](double x, double y) { return x == 0 ? kNaN : (y - x) / std::abs(x); });
}

double bootstrap_se(const BootstrapSample& s) {
  const std::vector<double> v = ascending(s);
  if (v.size() < 2) return kNaN;
  double mean = 0, m2 = 0;
  for (const double x : v) mean += x / static_cast<double>(v.size());
  for (const double x : v) m2 += (x - mean) * (x - mean);
  return std::sqrt(m2 / static_cast<double>(v.size() - 1));
}

Interval percentile_interval(const BootstrapSample& s, double alpha) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  const std::vector<double> v = ascending(s);
  if (v.size() < 2) return {};
  return {interpolated_quantile(v, alpha / 2), interpolated_quantile(v, 1 - alpha / 2)};
}

Interval bca_interval(const BootstrapSample& s, double alpha) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  const std::vector<double> v = ascending(s);
  if (v.size() < 2 || !(s.u2 > 0)) return {};
  const auto [first, last] = std::equal_range(v.begin(), v.end(), s.estimate);
  const double below = static_cast<double>(first - v.begin()) + 0.5 * static_cast<double>(last - first);
  const double bias = -normal_isf(below / static_cast<double>(v.size()));
  if (!std::isfinite(bias)) return {};
  const double acceleration = s.u3 / (6 * std::pow(s.u2, 1.5));
  const auto end = [&](double z) {
    return interpolated_quantile(v, normal_sf(-(bias + (bias + z) / (1 - acceleration * (bias + z)))));
  };
  const double z = normal_isf(alpha / 2);
  return {end(-z), end(z)};
}

}  // namespace feedloop
