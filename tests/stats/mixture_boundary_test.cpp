#include "stats/mixture_boundary.hpp"

#include <cmath>
#include <functional>
#include <numbers>
#include <utility>
#include <vector>

#include "base/distributions.hpp"
#include "stats/confidence_sequence.hpp"
#include "stats/interval.hpp"
#include "stats/proportion.hpp"
#include "stats/sequential_srm.hpp"
#include "stats/tails.hpp"
#include "tests/support/catch.hpp"

using namespace feedloop;

namespace {

// Midpoint rule.
double integral(const std::function<double(double)>& f, double low, double high) {
  const int n = 40000;
  const double step = (high - low) / n;
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += f(low + (i + 0.5) * step);
  return sum * step;
}

double precision(double v_opt, double alpha_opt, Alternative side) {
  return std::pow(approximate_rho(v_opt, alpha_opt, side), -2);
}

std::vector<std::pair<const char*, MixtureBoundary>> all() {
  return {{"normal, two", MixtureBoundary::normal_two_sided(80, 0.05)},
          {"normal, one", MixtureBoundary::normal_one_sided(80, 0.05)},
          {"gamma-exponential", MixtureBoundary::gamma_exponential(80, 0.05, 0.7)},
          {"gamma-Poisson", MixtureBoundary::gamma_poisson(80, 0.05, 0.7)},
          {"beta-binomial, two", MixtureBoundary::beta_binomial_two_sided(80, 0.05, 0.3, 0.7)},
          {"beta-binomial, one", MixtureBoundary::beta_binomial_one_sided(80, 0.05, 0.3, 0.7)}};
}

}  // namespace

TEST_CASE("each mixture is the integral of its exponential supermartingales") {
  const double v_opt = 30, alpha = 0.05, rho = precision(v_opt, alpha, Alternative::Greater);
  const double c = 0.8, c2 = c * c, v = 17;
  for (const double s : {-3.0, 4.0, 15.0}) {
    CAPTURE(s);
    // lambda is half normal of variance 1 / rho.
    const double half_normal = integral(
        [&](double l) {
          return 2 * std::sqrt(rho / (2 * std::numbers::pi)) * std::exp(-rho * l * l / 2 + l * s - l * l * v / 2);
        },
        0, 8);
    CHECK(MixtureBoundary::normal_one_sided(v_opt, alpha).log_mixture(s, v) == Approx(std::log(half_normal)).margin(1e-6));

    // u = 1 - c lambda in (0, 1) has a truncated gamma density; psi = (-log(1 - c lambda) - c lambda) / c^2.
    const auto u_prior = [&](double u) { return std::pow(u, rho / c2 - 1) * std::exp(-u * rho / c2); };
    const double exponential =
        integral([&](double u) { return u_prior(u) * std::exp((1 - u) / c * s + (std::log(u) + 1 - u) / c2 * v); }, 0, 1);
    CHECK(MixtureBoundary::gamma_exponential(v_opt, alpha, c).log_mixture(s, v) ==
          Approx(std::log(exponential / integral(u_prior, 0, 1))).epsilon(1e-6));

    // y = exp(c lambda) > 1 has a truncated gamma density; psi = (exp(c lambda) - c lambda - 1) / c^2.
    const auto y_prior = [&](double y) { return std::pow(y, rho / c2 - 1) * std::exp(-(y - 1) * rho / c2); };
    const double poisson =
        integral([&](double y) { return y_prior(y) * std::pow(y, s / c) * std::exp((std::log(y) + 1 - y) / c2 * v); }, 1, 30);
    CHECK(MixtureBoundary::gamma_poisson(v_opt, alpha, c).log_mixture(s, v) ==
          Approx(std::log(poisson / integral(y_prior, 1, 30))).margin(1e-5));
  }
}

TEST_CASE("the beta-binomial mixture of indicators is a Bayes factor of their share") {
  const double p = 0.3, n_opt = 100, alpha = 0.05;
  const std::int64_t n = 70;
  const std::vector<double> shares{p, 1 - p};
  for (const std::int64_t k : {0, 15, 40, 70}) {
    const double s = static_cast<double>(k) - p * n, v = p * (1 - p) * n;
    CAPTURE(k);
    const double weight = precision(n_opt, alpha, Alternative::TwoSided) - 1;
    CHECK(MixtureBoundary::beta_binomial_two_sided(p * (1 - p) * n_opt, alpha, p, 1 - p).log_mixture(s, v) ==
          Approx(log_mismatch_factor(std::vector<std::int64_t>{k, n - k}, shares, weight)).epsilon(1e-10).margin(1e-10));
    // One-sided: shares above p only.
    const double w = precision(n_opt, alpha, Alternative::Greater) - 1, successes = static_cast<double>(k);
    const auto prior = [&](double q) { return std::pow(q, w * p - 1) * std::pow(1 - q, w * (1 - p) - 1); };
    const auto ratio = [&](double q) {
      return prior(q) * std::pow(q / p, successes) * std::pow((1 - q) / (1 - p), static_cast<double>(n) - successes);
    };
    CHECK(MixtureBoundary::beta_binomial_one_sided(p * (1 - p) * n_opt, alpha, p, 1 - p).log_mixture(s, v) ==
          Approx(std::log(integral(ratio, p, 1) / integral(prior, p, 1))).epsilon(1e-6).margin(1e-6));
  }
}

TEST_CASE("at the boundary the mixture is 1 over alpha and the boundary grows with time and confidence") {
  for (const auto& [name, mixture] : all()) {
    double before = 0;
    for (const double v : {5.0, 80.0, 3000.0}) {
      CAPTURE(name, v);
      const double u = mixture.boundary(v, 0.05);
      CHECK(u > before);
      CHECK(mixture.boundary(v, 0.01) > u);
      if (v > 5) CHECK(mixture.log_mixture(u, v) == Approx(std::log(20)).epsilon(1e-8));
      before = u;
    }
  }
}

TEST_CASE("a bounded sum has a bounded boundary and sums that cannot be are proof") {
  const MixtureBoundary m = MixtureBoundary::beta_binomial_one_sided(80, 0.05, 0.3, 0.7);
  CHECK(m.boundary(0.21, 0.001) == Approx(0.7));  // one value: not even h reaches 1000 to 1
  CHECK(m.log_mixture(1e9, 0.21) == kInfinity);
}

TEST_CASE("sums far on the other side are evidence of nothing and NaN stays NaN") {
  for (const auto& [name, mixture] : all()) {
    CAPTURE(name);
    CHECK(std::isnan(mixture.log_mixture(kNaN, 10)));
    CHECK(std::isnan(mixture.log_mixture(1, kNaN)));
  }
  // Across the switch to the asymptotic series of Mills' ratio nothing jumps.
  const MixtureBoundary one = MixtureBoundary::normal_one_sided(80, 0.05);
  const double root = std::sqrt(10 + precision(80, 0.05, Alternative::Greater));
  CHECK(one.log_mixture(-30.000001 * root, 10) == Approx(one.log_mixture(-29.999999 * root, 10)).epsilon(1e-6));
  CHECK(one.log_mixture(-1e8, 10) < -10);
  CHECK(std::isfinite(one.log_mixture(-1e8, 10)));
}

TEST_CASE("sums of bounded values cross each boundary no more often than promised") {
  // 600 streams of 200 indicators of probability 0.1, alpha 0.1. Fails by chance with probability at most 1e-6 each.
  const double p = 0.1, alpha = 0.1;
  const std::int64_t reps = 600;
  const double variance = p * (1 - p);
  struct Row {
    const char* name;
    MixtureBoundary mixture;
    double v;  // of one value; 0: the squared distance from the mean of those before
    std::int64_t crossed = 0;
  };
  std::vector<Row> rows{{"normal", MixtureBoundary::normal_one_sided(50 * 0.25, alpha), 0.25},
                        {"gamma-exponential", MixtureBoundary::gamma_exponential(100 * variance, alpha, 1), 0},
                        {"gamma-Poisson", MixtureBoundary::gamma_poisson(100 * variance, alpha, 1 - p), variance},
                        {"one", MixtureBoundary::beta_binomial_one_sided(100 * variance, alpha, p, 1 - p), variance},
                        {"two", MixtureBoundary::beta_binomial_two_sided(100 * variance, alpha, p, 1 - p), variance}};
  for (std::int64_t rep = 0; rep < reps; ++rep) {
    Rng rng = stream({48}, Stream::Test, entity_key(static_cast<std::uint64_t>(rep)));
    double sum = 0, empirical = 0;
    std::vector<bool> out(rows.size());
    for (int n = 1; n <= 200; ++n) {
      const double x = bernoulli(rng, p), guess = n == 1 ? 0.5 : sum / (n - 1);
      empirical += (x - guess) * (x - guess);
      sum += x;
      if (n % 8 != 0) continue;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const double v = rows[i].v > 0 ? n * rows[i].v : empirical;
        if (!out[i]) out[i] = rows[i].mixture.log_mixture(sum - n * p, v) >= -std::log(alpha);
      }
    }
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].crossed += out[i];
  }
  for (const Row& row : rows) {
    CAPTURE(row.name, row.crossed);
    CHECK(clopper_pearson(row.crossed, reps, 1e-6).low <= alpha);
  }
  CHECK(rows[3].crossed > reps / 100);  // the one made for indicators is not idle
}
