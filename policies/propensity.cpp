#include "policies/propensity.hpp"

#include <algorithm>

namespace feedloop {

double epsilon_greedy_propensity(double epsilon, int better_left, int left) {
  return (better_left == 0 ? 1.0 - epsilon : 0.0) + epsilon / left;
}

std::vector<double> epsilon_greedy_marginals(double epsilon, int n, int rank, int slots) {
  std::vector<double> marginal(static_cast<std::size_t>(slots), 0.0);
  // p[b]: probability that the candidate was not drawn yet and b better ones were.
  std::vector<double> p(static_cast<std::size_t>(std::min(rank, slots) + 1), 0.0), next;
  p[0] = 1;
  for (int slot = 0; slot < slots; ++slot) {
    next.assign(p.size(), 0.0);
    const int left = n - slot;
    for (int b = 0; b < static_cast<int>(p.size()) && b <= slot; ++b) {
      const double mass = p[static_cast<std::size_t>(b)];
      if (mass <= 0) continue;
      const int better_left = rank - b;
      const double drawn = epsilon_greedy_propensity(epsilon, better_left, left);
      const double better = better_left > 0 ? (1.0 - epsilon) + epsilon * better_left / left : 0.0;
      marginal[static_cast<std::size_t>(slot)] += mass * drawn;
      if (b + 1 < static_cast<int>(p.size())) next[static_cast<std::size_t>(b + 1)] += mass * better;
      next[static_cast<std::size_t>(b)] += mass * std::max(0.0, 1.0 - drawn - better);
    }
    p.swap(next);
  }
  return marginal;
}

}  // namespace feedloop
