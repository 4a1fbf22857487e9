#include "stats/ranking_quality.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "stats/interval.hpp"

namespace feedloop {

double dcg(std::span<const double> gains, std::size_t k) {
  double sum = 0;
  for (std::size_t i = 0; i < std::min(k, gains.size()); ++i) sum += gains[i] / std::log2(static_cast<double>(i + 2));
  return sum;
}

double ndcg(std::span<const double> gains, std::size_t k) {
  std::vector<double> best(gains.begin(), gains.end());
  std::sort(best.begin(), best.end(), std::greater<>());
  return dcg(gains, k) / dcg(best, k);
}

double average_precision(std::span<const bool> relevant) {
  double sum = 0;
  std::int64_t found = 0;
  for (std::size_t i = 0; i < relevant.size(); ++i) {
    if (!relevant[i]) continue;
    ++found;
    sum += static_cast<double>(found) / static_cast<double>(i + 1);
  }
  return found == 0 ? kNaN : sum / static_cast<double>(found);
}

double roc_auc(std::span<const double> positives, std::span<const double> negatives) {
  if (positives.empty() || negatives.empty()) return kNaN;
  std::vector<double> sorted(negatives.begin(), negatives.end());
  std::sort(sorted.begin(), sorted.end());
  std::int64_t twice_won = 0;
  for (const double score : positives) {
    const auto [below, above] = std::equal_range(sorted.begin(), sorted.end(), score);
    twice_won += (below - sorted.begin()) + (above - sorted.begin());
  }
  return static_cast<double>(twice_won) / (2 * static_cast<double>(positives.size()) * static_cast<double>(negatives.size()));
}

}  // namespace feedloop
