#include "stats/stitched_boundary.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/distributions.hpp"
#include "stats/confidence_sequence.hpp"
#include "stats/interval.hpp"
#include "stats/proportion.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

TEST_CASE("the stitched boundary spends alpha over its epochs") {
  // In epoch k, V from eta^k v_min on, the line of level l bounds S with error exp(-l): their sum over k is alpha, where the
  // boundary's l at the start of epoch k is s log(k + 1) + log(zeta(s) / alpha).
  const PolynomialStitching tuning{.v_min = 2, .c = 0, .s = 1.6, .eta = 3};
  const double k1 = (std::pow(3, 0.25) + std::pow(3, -0.25)) / std::numbers::sqrt2;
  double spent = 0;
  const int epochs = 600;  // so long as eta^k is a number
  for (int k = 0; k < epochs; ++k) {
    const double v = 2 * std::pow(3, k), u = stitched_boundary(v, 0.05, tuning);
    spent += std::exp(-u * u / (k1 * k1 * v));
  }
  const double rest = 0.05 * std::pow(epochs + 0.5, -0.6) / 0.6 / 2.2857656560;  // zeta(1.6)
  CHECK(spent + rest == Approx(0.05).epsilon(1e-6));
}

TEST_CASE("the stitched boundary is flat before its first time and wider for heavier tails") {
  const PolynomialStitching normal{.v_min = 10}, heavy{.v_min = 10, .c = 0.5};
  CHECK(stitched_boundary(3, 0.05, normal) == stitched_boundary(10, 0.05, normal));
  CHECK(stitched_boundary(0, 0.05, normal) == stitched_boundary(10, 0.05, normal));
  CHECK(stitched_boundary(20, 0.05, normal) > stitched_boundary(10, 0.05, normal));
  CHECK(stitched_boundary(20, 0.05, heavy) > stitched_boundary(20, 0.05, normal));
  // Far out it beats a mixture that was tuned for long ago.
  CHECK(stitched_boundary(1e13, 0.05, normal) < 1e13 * mixture_margin(1e13, exact_rho(10, 0.1), 0.1));
}

TEST_CASE("the constant of the empirical distribution makes the error alpha for the best epochs and no less") {
  const double a = 0.85, alpha = 0.05, n = 5000, n_min = 32;
  const double margin = empirical_distribution_margin(5000, alpha, n_min, a);
  const double c = margin * margin * n / (a * a) - std::log1p(std::log(n / n_min));
  double least = kInfinity;
  for (double eta = 1.0001; eta < 2 * a * a; eta += 1e-5) {
    const double gamma2 = 2 / eta * std::pow(a - std::sqrt(2 * (eta - 1) / c), 2);
    if (gamma2 > 1 && a > std::sqrt(2 * (eta - 1) / c))
      least = std::min(least, 4 * std::exp(-gamma2 * c) * (1 + 1 / ((gamma2 - 1) * std::log(eta))));
  }
  CHECK(least == Approx(alpha).epsilon(1e-6));
  CHECK(empirical_distribution_margin(31, alpha, n_min) == kInfinity);
}

TEST_CASE("tail quantiles are bounded more closely than by the whole distribution's margin") {
  const double n = 1e5;
  CHECK(quantile_count_boundary(0.99, n, 0.05, {}) < 0.5 * n * empirical_distribution_margin(100'000, 0.05, 100));
  CHECK(quantile_count_boundary(0.99, 3, 0.05, {}) == quantile_count_boundary(0.99, 100, 0.05, {}));
}

TEST_CASE("counts and distributions stay within their boundaries at all times") {
  // 400 streams of 200 uniform values, alpha 0.1. Fails by chance with probability at most 1e-6 each.
  const double alpha = 0.1;
  const std::int64_t reps = 400;
  const std::vector<double> quantiles{0.05, 0.3, 0.5, 0.8, 0.97};
  std::int64_t sums = 0, counts = 0, distributions = 0;
  std::vector<double> margin(201), sum_bound(201);
  std::vector<std::vector<double>> count_bound(201);
  for (int n = 10; n <= 200; n += 10) {
    const auto i = static_cast<std::size_t>(n);
    margin[i] = empirical_distribution_margin(n, alpha, 10);
    sum_bound[i] = stitched_boundary(n / 4.0, alpha, {.v_min = 10 / 4.0});
    for (const double p : quantiles) {
      count_bound[i].push_back(quantile_count_boundary(p, n, alpha, {.n_opt = 10}));
      count_bound[i].push_back(quantile_count_boundary(1 - p, n, alpha, {.n_opt = 10}));
    }
  }
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({49}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    std::vector<double> x;
    double sum = 0;
    bool sum_out = false, count_out = false, distribution_out = false;
    for (int n = 1; n <= 200; ++n) {
      x.push_back(rng.uniform());
      sum += x.back() < 0.5 ? 0.5 : -0.5;
      if (n % 10 != 0) continue;
      std::sort(x.begin(), x.end());
      const auto i = static_cast<std::size_t>(n);
      sum_out |= sum >= sum_bound[i];
      for (std::size_t q = 0; q < quantiles.size(); ++q) {
        const auto below = std::upper_bound(x.begin(), x.end(), quantiles[q]) - x.begin();
        const double rise = static_cast<double>(below) - n * quantiles[q];
        count_out |= rise >= count_bound[i][2 * q] || -rise >= count_bound[i][2 * q + 1];
      }
      for (int k = 0; k < n; ++k)
        distribution_out |= std::max(x[static_cast<std::size_t>(k)] - k / static_cast<double>(n),
                                     (k + 1) / static_cast<double>(n) - x[static_cast<std::size_t>(k)]) > margin[i];
    }
    sums += sum_out;
    counts += count_out;
    distributions += distribution_out;
  }
  for (const std::int64_t crossed : {sums, counts, distributions}) CHECK(clopper_pearson(crossed, reps, 1e-6).low <= alpha);
}
