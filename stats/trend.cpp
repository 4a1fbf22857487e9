#include "stats/trend.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/check.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

// P(inversions <= at_most) of a random order of n: the k-th element adds 0..k inversions, all equally likely.
double inversions_cdf(std::size_t n, std::int64_t at_most) {
  std::vector<double> mass(static_cast<std::size_t>(at_most) + 1, 0.0), next(mass.size());
  mass[0] = 1;
  for (std::size_t k = 1; k < n; ++k) {
    double window = 0;
    for (std::size_t s = 0; s < mass.size(); ++s) {
      window += mass[s];
      if (s > k) window -= mass[s - k - 1];
      next[s] = std::max(window, 0.0) / static_cast<double>(k + 1);
    }
    mass.swap(next);
  }
  double sum = 0;
  for (const double m : mass) sum += m;
  return std::min(sum, 1.0);
}

double median(std::vector<double>& values) {
  const std::size_t half = values.size() / 2;
  std::sort(values.begin(), values.end());
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

}  // namespace

LinearTrend linear_trend(std::span<const double> effect, std::span<const double> variance) {
  FEEDLOOP_CHECK(effect.size() == variance.size(), "every period needs an effect and a variance");
  LinearTrend out;
  double weight = 0, mean_t = 0, mean_y = 0;
  for (std::size_t i = 0; i < effect.size(); ++i) {
    if (!std::isfinite(effect[i]) || !(variance[i] > 0) || !std::isfinite(variance[i])) return out;
    const double w = 1 / variance[i], t = static_cast<double>(i);
    weight += w;
    mean_t += (t - mean_t) * (w / weight);
    mean_y += (effect[i] - mean_y) * (w / weight);
  }
  if (effect.size() < 2) return out;
  double tt = 0, ty = 0;
  for (std::size_t i = 0; i < effect.size(); ++i) {
    const double t = static_cast<double>(i) - mean_t;
    tt += t * t / variance[i];
    ty += t * (effect[i] - mean_y) / variance[i];
  }
  out.status = TestStatus::Ok;
  out.slope = ty / tt;
  out.se = 1 / std::sqrt(tt);
  out.z = out.slope / out.se;
  out.p = normal_two_sided_p(out.z);
  out.intercept = mean_y - out.slope * mean_t;
  if (effect.size() < 3) return out;
  out.excess_chi2 = 0;
  for (std::size_t i = 0; i < effect.size(); ++i) {
    const double off = effect[i] - mean_y - out.slope * (static_cast<double>(i) - mean_t);
    out.excess_chi2 += off * off / variance[i];
  }
  out.excess_p = chi2_sf(out.excess_chi2, static_cast<double>(effect.size() - 2));
  return out;
}

MonotoneTrend monotone_trend(std::span<const double> effect) {
  MonotoneTrend out;
  const std::size_t periods = effect.size();
  if (periods < 2 || std::any_of(effect.begin(), effect.end(), [](double x) { return std::isnan(x); })) return out;
  std::int64_t up = 0, down = 0;
  std::vector<double> slopes;
  for (std::size_t j = 1; j < periods; ++j)
    for (std::size_t i = 0; i < j; ++i) {
      up += effect[i] < effect[j];
      down += effect[i] > effect[j];
      slopes.push_back((effect[j] - effect[i]) / static_cast<double>(j - i));
    }
  if (up + down == 0) return out;
  out.status = TestStatus::Ok;
  out.theil_sen = median(slopes);
  const double n = static_cast<double>(periods), pairs = n * (n - 1) / 2, untied = static_cast<double>(up + down);
  out.tau = static_cast<double>(up - down) / std::sqrt(pairs * untied);
  if (untied == pairs && periods <= 100) {
    out.p = std::min(1.0, 2 * inversions_cdf(periods, std::min(up, down)));
    return out;
  }
  std::vector<double> sorted(effect.begin(), effect.end());
  std::sort(sorted.begin(), sorted.end());
  double variance = n * (n - 1) * (2 * n + 5);
  for (auto first = sorted.begin(); first != sorted.end();) {
    const auto last = std::upper_bound(first, sorted.end(), *first);
    const double tied = static_cast<double>(last - first);
    variance -= tied * (tied - 1) * (2 * tied + 5);
    first = last;
  }
  out.p = normal_two_sided_p(static_cast<double>(up - down) / std::sqrt(variance / 18));
  return out;
}

}  // namespace feedloop
