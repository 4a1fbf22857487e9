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

}  // namespace

std::vector<double> bonferroni(std::span<const double> p) {
  const double tests = static_cast<double>(by_p(p).size());
  std::vector<double> adjusted(p.begin(), p.end());
  for (double& x : adjusted)
    if (!std::isnan(x)) x = std::min(1.0, x * tests);
  return adjusted;
}

std::vector<double> holm(std::span<const double> p) {
  const auto order = by_p(p);
  std::vector<double> adjusted(p.begin(), p.end());
  double running = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    running = std::max(running, std::min(1.0, p[order[k]] * static_cast<double>(order.size() - k)));
    adjusted[order[k]] = running;
  }
  return adjusted;
}

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  const auto order = by_p(p);
  std::vector<double> adjusted(p.begin(), p.end());
  double running = 1;
  for (std::size_t k = order.size(); k-- > 0;) {
    running = std::min(running, p[order[k]] * (static_cast<double>(order.size()) / static_cast<double>(k + 1)));
    adjusted[order[k]] = running;
  }
  return adjusted;
}

}  // namespace feedloop
