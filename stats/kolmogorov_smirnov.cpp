#include "stats/kolmogorov_smirnov.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Core>

#include "base/check.hpp"

namespace feedloop {
namespace {

constexpr std::int64_t kMostExact = 2000, kMostCountedPairs = 10'000'000;

std::vector<double> sorted(std::span<const double> x) {
  std::vector<double> out(x.begin(), x.end());
  std::sort(out.begin(), out.end());
  return out;
}

bool usable(std::span<const double> x) {
  return !x.empty() && std::none_of(x.begin(), x.end(), [](double v) { return std::isnan(v); });
}

// P(D_n < d) as n! / n^n times the middle of the n-th power of a matrix (Marsaglia, Tsang & Wang 2003); exponents apart.
double body_cdf(std::int64_t n, double d) {
  const double nd = static_cast<double>(n) * d;
  const auto k = static_cast<Eigen::Index>(std::floor(nd)) + 1;
  const Eigen::Index m = 2 * k - 1;
  const double h = static_cast<double>(k) - nd;
  Eigen::MatrixXd step(m, m);
  for (Eigen::Index i = 0; i < m; ++i)
    for (Eigen::Index j = 0; j < m; ++j) step(i, j) = i - j + 1 >= 0 ? 1 : 0;
  for (Eigen::Index i = 0; i < m; ++i) {
    step(i, 0) -= std::pow(h, static_cast<double>(i + 1));
    step(m - 1, i) -= std::pow(h, static_cast<double>(m - i));
  }
  if (2 * h - 1 > 0) step(m - 1, 0) += std::pow(2 * h - 1, static_cast<double>(m));
  for (Eigen::Index i = 0; i < m; ++i)
    for (Eigen::Index j = 0; j <= i; ++j)
      for (Eigen::Index g = 1; g <= i - j + 1; ++g) step(i, j) /= static_cast<double>(g);

  // Powers by squaring; the scale of each factor is kept as an exponent of 2, or they overflow.
  Eigen::MatrixXd power = Eigen::MatrixXd::Identity(m, m), square = step;
  std::int64_t power_exponent = 0, square_exponent = 0;
  const auto rescale = [&](Eigen::MatrixXd& a, std::int64_t& exponent) {
    int e = 0;
    std::frexp(a(k - 1, k - 1), &e);
    a *= std::ldexp(1.0, -e);
    exponent += e;
  };
  for (std::int64_t left = n;;) {
    if (left % 2 == 1) {
      power = (power * square).eval();
      power_exponent += square_exponent;
      rescale(power, power_exponent);
    }
    left /= 2;
    if (left == 0) break;
    square = (square * square).eval();
    square_exponent *= 2;
    rescale(square, square_exponent);
  }
  double p = power(k - 1, k - 1);
  for (std::int64_t i = 1; i <= n; ++i) {
    p *= static_cast<double>(i) / static_cast<double>(n);
    int e = 0;
    p = std::frexp(p, &e);
    power_exponent += e;
  }
  return std::ldexp(p, static_cast<int>(std::clamp<std::int64_t>(power_exponent, -2000, 2000)));
}

// P(D_n^+ >= d) (Birnbaum & Tingey 1951): all terms are positive.
double one_sided_sf(std::int64_t n, double d) {
  const double count = static_cast<double>(n);
  double sum = 0;
  for (std::int64_t j = 0; j <= n; ++j) {
    const double at = static_cast<double>(j), rest = 1 - d - at / count;
    if (!(rest > 0)) break;
    sum += std::exp(std::lgamma(count + 1) - std::lgamma(at + 1) - std::lgamma(count - at + 1) + (count - at) * std::log(rest) +
                    (at - 1) * std::log(d + at / count));
  }
  return d * sum;
}

// P(K >= x) of Kolmogorov's limit: one series for each side.
double limit_sf(double x) {
  if (!(x > 0.04)) return 1;
  double sum = 0;
  if (x < 1) {
    const double pi = std::acos(-1.0);
    for (int j = 1; j < 20; j += 2) sum += std::exp(-j * j * pi * pi / (8 * x * x));
    return 1 - std::sqrt(2 * pi) / x * sum;
  }
  for (int j = 1; j < 20; ++j) sum += (j % 2 == 1 ? 2 : -2) * std::exp(-2.0 * j * j * x * x);
  return sum;
}

}  // namespace

double ks_sf(std::int64_t n, double d) {
  FEEDLOOP_CHECK(n >= 1, "a distance is of a sample");
  if (std::isnan(d)) return kNaN;
  const double count = static_cast<double>(n);
  if (d <= 0.5 / count) return 1;
  if (d >= 1) return 0;
  if (count * d * d >= 4 || d >= 0.5) return std::min(1.0, 2 * one_sided_sf(n, d));
  if (n <= kMostExact) return std::clamp(1 - body_cdf(n, d), 0.0, 1.0);
  const double root = std::sqrt(count), x = root * d;
  return limit_sf(x + 1 / (6 * root) + (x - 1) / (4 * count));
}

double ks_two_sample_sf(std::int64_t m, std::int64_t n, double d) {
  FEEDLOOP_CHECK(m >= 1 && n >= 1, "a distance is between two samples");
  if (std::isnan(d)) return kNaN;
  if (d <= 0) return 1;
  const double rows = static_cast<double>(m), columns = static_cast<double>(n);
  if (rows * columns > static_cast<double>(kMostCountedPairs))
    return limit_sf(d * std::sqrt(rows * columns / (rows + columns)));
  // Distances are multiples of 1 / (m n): compared as whole numbers, so that rounding decides nothing.
  const auto reach = static_cast<std::int64_t>(std::ceil(d * rows * columns - 1e-6));
  // at[j]: the chance that a random order of i and j values has strayed so far by then. Its last value is one of the i with
  // probability i / (i + j). Adding up what strays, and not what stays, keeps the digits of a small p.
  std::vector<double> at(static_cast<std::size_t>(n) + 1);
  for (std::int64_t i = 0; i <= m; ++i)
    for (std::int64_t j = 0; j <= n; ++j) {
      double& here = at[static_cast<std::size_t>(j)];
      if (std::abs(i * n - j * m) >= reach) {
        here = 1;
      } else if (i == 0 || j == 0) {
        here = i == 0 ? (j == 0 ? 0 : at[static_cast<std::size_t>(j) - 1]) : here;
      } else {
        const double di = static_cast<double>(i), dj = static_cast<double>(j);
        here = (di * here + dj * at[static_cast<std::size_t>(j) - 1]) / (di + dj);
      }
    }
  return at.back();
}

KsTest ks_uniform(std::span<const double> x) {
  if (!usable(x)) return {};
  const std::vector<double> ascending = sorted(x);
  const double n = static_cast<double>(ascending.size());
  double d = 0;
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    const double f = std::clamp(ascending[i], 0.0, 1.0), below = static_cast<double>(i);
    d = std::max({d, f - below / n, (below + 1) / n - f});
  }
  return {d, ks_sf(static_cast<std::int64_t>(ascending.size()), d)};
}

KsTest ks_two_sample(std::span<const double> a, std::span<const double> b) {
  if (!usable(a) || !usable(b)) return {};
  const std::vector<double> x = sorted(a), y = sorted(b);
  const auto m = static_cast<std::int64_t>(x.size()), n = static_cast<std::int64_t>(y.size());
  std::int64_t furthest = 0;
  for (std::size_t i = 0, j = 0; i < x.size() && j < y.size();) {
    const double value = std::min(x[i], y[j]);
    while (i < x.size() && x[i] == value) ++i;
    while (j < y.size() && y[j] == value) ++j;
    furthest = std::max(furthest, std::abs(static_cast<std::int64_t>(i) * n - static_cast<std::int64_t>(j) * m));
  }
  const double d = static_cast<double>(furthest) / static_cast<double>(m) / static_cast<double>(n);
  return {d, ks_two_sample_sf(m, n, d)};
}

}  // namespace feedloop
