#include "stats/intra_list_distance.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/check.hpp"
#include "stats/interval.hpp"

namespace feedloop {
namespace {

// The cosines of all ordered pairs, each item with itself included, add up to the squared length of the sum of unit vectors.
double mean_cosine_distance(std::span<const double> rows, std::size_t dims) {
  std::vector<double> sum(dims, 0.0);
  for (std::size_t first = 0; first < rows.size(); first += dims) {
    const auto row = rows.subspan(first, dims);
    double squared = 0;
    for (const double x : row) squared += x * x;
    if (squared == 0) return kNaN;
    const double length = std::sqrt(squared);
    for (std::size_t d = 0; d < dims; ++d) sum[d] += row[d] / length;
  }
  double all = 0;
  for (const double x : sum) all += x * x;
  const double n = static_cast<double>(rows.size() / dims);
  return std::max(0.0, 1 - (all - n) / (n * (n - 1)));  // equal vectors leave rounding of either sign
}

template <class Pair>
double mean_over_pairs(std::span<const double> rows, std::size_t dims, const Pair& pair) {
  const std::size_t n = rows.size() / dims;
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) sum += pair(rows.subspan(i * dims, dims), rows.subspan(j * dims, dims));
  return sum / (static_cast<double>(n) * static_cast<double>(n - 1) / 2);
}

double euclidean(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t d = 0; d < a.size(); ++d) sum += (a[d] - b[d]) * (a[d] - b[d]);
  return std::sqrt(sum);
}

double cityblock(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t d = 0; d < a.size(); ++d) sum += std::abs(a[d] - b[d]);
  return sum;
}

}  // namespace

double intra_list_distance(std::span<const double> rows, std::size_t dims, Distance distance) {
  FEEDLOOP_CHECK(dims > 0 && rows.size() % dims == 0, "rows of another length");
  if (rows.size() < 2 * dims) return kNaN;
  switch (distance) {
    case Distance::Cosine:
      return mean_cosine_distance(rows, dims);
    case Distance::Euclidean:
      return mean_over_pairs(rows, dims, euclidean);
    case Distance::Cityblock:
      return mean_over_pairs(rows, dims, cityblock);
  }
  return kNaN;
}

}  // namespace feedloop
