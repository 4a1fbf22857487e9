#include "stats/rank_test.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "stats/tails.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kMostExactPairs = 10'000;

// P(U <= at_most) of m against n values in random order (Mann & Whitney 1947, eq. 1): the largest value is one of the m, which
// then exceeds all n others, with probability m / (m + n).
double u_cdf(std::size_t m, std::size_t n, std::size_t at_most) {
  std::vector<std::vector<double>> row(n + 1, std::vector<double>(at_most + 1, 0.0));  // of the m so far, by n
  for (auto& mass : row) mass[0] = 1;                                                  // none of m: U = 0
  for (std::size_t i = 1; i <= m; ++i)
    for (std::size_t j = 1; j <= n; ++j) {
      const double first = static_cast<double>(i) / static_cast<double>(i + j);
      // Downwards, so that row[j] is still of i - 1 below the place; row[j - 1] is already of i. Of j = 0 U stays 0.
      for (std::size_t u = at_most + 1; u-- > 0;)
        row[j][u] = (u >= j ? first * row[j][u - j] : 0.0) + (1 - first) * row[j - 1][u];
    }
  double sum = 0;
  for (const double mass : row[n]) sum += mass;
  return std::min(sum, 1.0);
}

}  // namespace

RankTest rank_sum_test(std::span<const double> a, std::span<const double> b) {
  RankTest out;
  const auto undefined = [](double x) { return std::isnan(x); };
  if (a.empty() || b.empty() || std::ranges::any_of(a, undefined) || std::ranges::any_of(b, undefined)) return out;
  std::vector<double> all(a.begin(), a.end()), of_a(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  std::sort(all.begin(), all.end());
  std::sort(of_a.begin(), of_a.end());
  out.u = 0;
  for (const double x : b) {
    const auto [first, last] = std::equal_range(of_a.begin(), of_a.end(), x);
    out.u += static_cast<double>(first - of_a.begin()) + 0.5 * static_cast<double>(last - first);
  }
  const double m = static_cast<double>(a.size()), n = static_cast<double>(b.size()), total = m + n;
  out.superiority = out.u / (m * n);

  double ties = 0;
  for (auto first = all.begin(); first != all.end();) {
    const auto last = std::upper_bound(first, all.end(), *first);
    const double t = static_cast<double>(last - first);
    ties += t * (t * t - 1);
    first = last;
  }
  const double sd = std::sqrt(m * n / 12 * (total + 1 - ties / (total * (total - 1))));
  out.status = sd > 0 ? TestStatus::Ok : TestStatus::ZeroVariance;
  if (!(sd > 0)) return out;
  const double away = std::abs(out.u - m * n / 2);
  out.p = normal_two_sided_p(away / sd);
  out.p_continuity = std::min(1.0, 2 * normal_sf((away - 0.5) / sd));
  if (ties == 0 && a.size() * b.size() <= kMostExactPairs) {
    const double smaller = std::min(out.u, m * n - out.u);
    out.p_exact = std::min(1.0, 2 * u_cdf(a.size(), b.size(), static_cast<std::size_t>(smaller)));
  }
  return out;
}

}  // namespace feedloop
