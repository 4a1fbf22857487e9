#include "stats/multiple_testing.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace feedloop {
namespace {

// Places of the defined p-values, smallest first; ties in the order of the input.
std::vector<std::size_t> by_p(std::span<const double> p) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (!std::isnan(p[i])) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  return order;
}

// Steps through the ordered p from the smallest, so that no adjusted p is below an earlier one; adjusted_at(p, how many
// hypotheses are left).
template <class Adjust>
std::vector<double> step_down(std::span<const double> p, Adjust adjusted_at) {
  const auto order = by_p(p);
  std::vector<double> adjusted(p.begin(), p.end());
  double running = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    running = std::max(running, std::min(1.0, adjusted_at(p[order[k]], static_cast<double>(order.size() - k))));
    adjusted[order[k]] = running;
  }
  return adjusted;
}

// From the largest, so that none is above a later one; factor(place from 1, tests).
template <class Factor>
std::vector<double> step_up(std::span<const double> p, Factor factor) {
  const auto order = by_p(p);
  std::vector<double> adjusted(p.begin(), p.end());
  double running = 1;
  for (std::size_t k = order.size(); k-- > 0;) {
    running = std::min(running, p[order[k]] * factor(static_cast<double>(k + 1), static_cast<double>(order.size())));
    adjusted[order[k]] = running;
  }
  return adjusted;
}

// 1 - (1 - p)^tests with the digits of a small p.
double any_of(double p, double tests) { return p < 1 ? -std::expm1(tests * std::log1p(-p)) : 1; }

}  // namespace

std::vector<double> bonferroni(std::span<const double> p) {
  const double tests = static_cast<double>(by_p(p).size());
  std::vector<double> adjusted(p.begin(), p.end());
  for (double& x : adjusted)
    if (!std::isnan(x)) x = std::min(1.0, x * tests);
  return adjusted;
}

std::vector<double> holm(std::span<const double> p) {
  return step_down(p, [](double x, double left) { return x * left; });
}

std::vector<double> sidak(std::span<const double> p) {
  const double tests = static_cast<double>(by_p(p).size());
  std::vector<double> adjusted(p.begin(), p.end());
  for (double& x : adjusted)
    if (!std::isnan(x)) x = any_of(x, tests);
  return adjusted;
}

std::vector<double> holm_sidak(std::span<const double> p) { return step_down(p, any_of); }

std::vector<double> hochberg(std::span<const double> p) {
  return step_up(p, [](double place, double tests) { return tests - place + 1; });
}

// A hypothesis is rejected when Simes' test rejects every set that holds it. For sets of m hypotheses the smallest Simes p with
// the k-th in it is that of the k-th and the m - 1 largest others (Wright 1992, "Adjusted p-values for simultaneous
// inference").
std::vector<double> hommel(std::span<const double> p) {
  const auto order = by_p(p);
  const std::size_t n = order.size();
  std::vector<double> best(n);
  for (std::size_t k = 0; k < n; ++k) best[k] = p[order[k]];
  for (std::size_t m = 2; m <= n; ++m) {
    const auto share = [&](std::size_t k, std::size_t place) {
      return p[order[k]] * (static_cast<double>(m) / static_cast<double>(place));
    };
    double among_largest = 1;  // of the m - 1 largest, which are at the places 2 to m of the set
    for (std::size_t place = 2; place <= m; ++place) among_largest = std::min(among_largest, share(n - m + place - 1, place));
    for (std::size_t k = 0; k < n; ++k)
      best[k] = std::max(best[k], k <= n - m ? std::min(among_largest, share(k, 1)) : among_largest);
  }
  std::vector<double> adjusted(p.begin(), p.end());
  for (std::size_t k = 0; k < n; ++k) adjusted[order[k]] = std::min(1.0, best[k]);
  return adjusted;
}

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  return step_up(p, [](double place, double tests) { return tests / place; });
}

std::vector<double> benjamini_yekutieli(std::span<const double> p) {
  double harmonic = 0;
  for (std::size_t k = by_p(p).size(); k > 0; --k) harmonic += 1 / static_cast<double>(k);
  return step_up(p, [&](double place, double tests) { return harmonic * (tests / place); });
}

}  // namespace feedloop
