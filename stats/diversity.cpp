#include "stats/diversity.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "base/check.hpp"
#include "stats/interval.hpp"

namespace feedloop {
namespace {

std::int64_t total_of(std::span<const std::int64_t> counts) {
  std::int64_t total = 0;
  for (const std::int64_t x : counts) {
    FEEDLOOP_CHECK(x >= 0, "a count is negative");
    total += x;
  }
  return total;
}

// In integers, so that neither the square of one count nor the rest is lost beside the other.
struct Squares {
  __int128 own = 0, total = 0;  // sum of squared counts, squared sum
};
Squares squares_of(std::span<const std::int64_t> counts) {
  const __int128 total = total_of(counts);
  Squares out{0, total * total};
  for (const __int128 x : counts) out.own += x * x;
  return out;
}

}  // namespace

double gini(std::span<const std::int64_t> counts) {
  const std::int64_t total = total_of(counts);
  if (total == 0) return kNaN;
  std::vector<std::int64_t> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end());
  const auto n = static_cast<std::int64_t>(sorted.size());
  // sum_i (2 i - n - 1) x_(i) in integers: exact, whatever the size of the catalogue.
  __int128 weighted = 0;
  for (std::int64_t i = 0; i < n; ++i)
    weighted += static_cast<__int128>(2 * (i + 1) - n - 1) * sorted[static_cast<std::size_t>(i)];
  return static_cast<double>(weighted) / (static_cast<double>(n) * static_cast<double>(total));
}

std::vector<LorenzPoint> lorenz_curve(std::span<const std::int64_t> counts, int intervals) {
  const std::int64_t total = total_of(counts);
  if (total == 0) return {};
  std::vector<std::int64_t> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t n = sorted.size(), points = std::min(n, static_cast<std::size_t>(intervals));
  std::vector<LorenzPoint> curve{{0, 0}};
  std::int64_t below = 0;
  for (std::size_t k = 1, i = 0; k <= points; ++k) {
    for (const std::size_t end = k * n / points; i < end; ++i) below += sorted[i];
    curve.push_back({static_cast<double>(i) / static_cast<double>(n), static_cast<double>(below) / static_cast<double>(total)});
  }
  return curve;
}

double coverage(std::span<const std::int64_t> counts, std::int64_t at_least) {
  if (counts.empty()) return kNaN;
  const auto shown = std::count_if(counts.begin(), counts.end(), [&](std::int64_t x) { return x >= at_least; });
  return static_cast<double>(shown) / static_cast<double>(counts.size());
}

double entropy(std::span<const std::int64_t> counts) {
  const std::int64_t total = total_of(counts);
  if (total == 0) return kNaN;
  double h = 0;
  for (const std::int64_t x : counts) {
    if (x == 0) continue;
    const double p = static_cast<double>(x) / static_cast<double>(total);
    h -= p * std::log(p);
  }
  return h;
}

double effective_number(std::span<const std::int64_t> counts) { return std::exp(entropy(counts)); }

double herfindahl(std::span<const std::int64_t> counts) {
  const Squares s = squares_of(counts);
  return s.total == 0 ? kNaN : static_cast<double>(s.own) / static_cast<double>(s.total);
}

double simpson(std::span<const std::int64_t> counts) {
  const Squares s = squares_of(counts);
  return s.total == 0 ? kNaN : static_cast<double>(s.total - s.own) / static_cast<double>(s.total);
}

double top_share(std::span<const std::int64_t> counts, double q) {
  FEEDLOOP_CHECK(q > 0 && q <= 1, "a top share is of a part of the items");
  const std::int64_t total = total_of(counts);
  if (total == 0) return kNaN;
  std::vector<std::int64_t> sorted(counts.begin(), counts.end());
  // 0.1 * 30 must not become four items through the last bit of the product.
  const double wanted = std::ceil(q * static_cast<double>(sorted.size()) - 1e-9);
  const auto k = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(1.0, wanted)), 1, sorted.size());
  std::partial_sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(k), sorted.end(), std::greater<>{});
  return static_cast<double>(total_of(std::span(sorted).first(k))) / static_cast<double>(total);
}

}  // namespace feedloop
