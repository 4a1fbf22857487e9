#include "data/visit_rate.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "base/check.hpp"

namespace feedloop {
namespace {

constexpr int kNodes = 201;  // of the trapezoid over 6 sd either way, whose error falls exponentially for this integrand
constexpr std::int64_t kExact = 150;  // counts up to here by the integral; beyond, ln n is normal with variance sigma^2 + 1 / n
constexpr double kLeastPeople = 30;

// P(n) of a Poisson variable around a lognormal mean with parameters mu, sigma.
double log_probability(std::int64_t n, double mu, double sigma) {
  const auto x = static_cast<double>(n);
  if (n > kExact) {
    const double variance = sigma * sigma + 1 / x, z = std::log(x) - mu;
    return -0.5 * z * z / variance - 0.5 * std::log(2 * std::numbers::pi * variance) - std::log(x);
  }
  const double log_factorial = std::lgamma(x + 1), step = 12.0 / (kNodes - 1);
  double sum = 0;
  for (int k = 0; k < kNodes; ++k) {
    const double z = -6 + step * k, log_rate = mu + sigma * z;
    sum += std::exp(-0.5 * z * z + x * log_rate - std::exp(log_rate) - log_factorial);
  }
  return std::log(std::max(sum * step / std::sqrt(2 * std::numbers::pi), 1e-300));
}

}  // namespace

double sd_of_mean_week(double days, double sigma, double correlation) {
  const double weeks = days / 7;
  const auto whole = static_cast<int>(std::ceil(weeks - 1e-9));
  // E[W_a W_b] = exp(sigma^2 correlation^|a - b|) for the factors W of two weeks, each of mean 1.
  double second = 0;
  for (int a = 0; a < whole; ++a)
    for (int b = 0; b < whole; ++b) {
      const double share = std::min(1.0, weeks - a) * std::min(1.0, weeks - b) / (weeks * weeks);
      second += share * std::exp(sigma * sigma * std::pow(correlation, std::abs(a - b)));
    }
  return std::sqrt(std::log(second));
}

VisitRate fit_visit_rate(std::span<const std::int64_t> visits, double days, std::span<const double> shown, double weekly_sd,
                         double kept) {
  FEEDLOOP_CHECK(days > 0 && kept > 0 && kept <= 1, "a rate over no time, or of visits that leave nothing");
  VisitRate out;
  std::map<std::int64_t, double> people_with;
  double people = 0, mean = 0, square = 0;
  for (const std::int64_t n : visits) {
    FEEDLOOP_CHECK(n > 0, "a person in the log without a visit");
    people_with[n] += 1;
    people += 1;
    const double x = std::log(static_cast<double>(n));
    mean += x;
    square += x * x;
  }
  if (people < kLeastPeople || people_with.size() < 3) return out;
  mean /= people;

  const auto hidden = [&](double mu, double sigma) {
    double sum = std::exp(log_probability(0, mu, sigma));
    for (std::size_t n = 1; n < shown.size(); ++n)
      sum += (1 - shown[n]) * std::exp(log_probability(static_cast<std::int64_t>(n), mu, sigma));
    return std::min(sum, 1 - 1e-12);
  };
  const auto log_likelihood = [&](double mu, double log_sigma) {
    const double sigma = std::exp(log_sigma);
    double sum = -people * std::log1p(-hidden(mu, sigma));
    for (const auto& [n, count] : people_with) sum += count * log_probability(n, mu, sigma);
    return sum / people;
  };
  // Compass search: two smooth parameters, no derivative to go wrong far from the maximum.
  double mu = mean, ls = std::log(std::max(0.1, std::sqrt(std::max(square / people - mean * mean, 0.0)))), step = 0.5;
  double best = log_likelihood(mu, ls);
  while (step > 1e-6) {
    bool moved = false;
    for (const auto& [a, b] : {std::pair{1.0, 0.0}, {-1.0, 0.0}, {0.0, 1.0}, {0.0, -1.0}, {-1.0, 0.3}, {1.0, -0.3}}) {
      const double m = mu + a * step, l = ls + b * step;
      if (l < std::log(1e-3) || l > std::log(5.0) || std::fabs(m) > 30) continue;
      const double value = log_likelihood(m, l);
      if (std::isfinite(value) && value > best) {
        mu = m;
        ls = l;
        best = value;
        moved = true;
        break;
      }
    }
    if (!moved) step /= 2;
  }
  const double h = 1e-3;
  const auto f = [&](double a, double b) { return log_likelihood(mu + a * h, ls + b * h); };
  const double mm = -(f(1, 0) - 2 * f(0, 0) + f(-1, 0)) / (h * h), ss = -(f(0, 1) - 2 * f(0, 0) + f(0, -1)) / (h * h);
  const double ms = -(f(1, 1) - f(1, -1) - f(-1, 1) + f(-1, -1)) / (4 * h * h);
  const double determinant = mm * ss - ms * ms, sigma = std::exp(ls);
  out.share_hidden = hidden(mu, sigma);
  // What the weekly factor adds to the spread, and the thinning takes from the rate, is taken out again.
  const double own = sigma * sigma - weekly_sd * weekly_sd;
  if (!(mm > 0 && determinant > 0) || out.share_hidden > 0.98 || !(own > 0)) return out;
  out.identified = true;
  const double shift = 0.5 * weekly_sd * weekly_sd - std::log(days * kept);
  out.median = std::exp(mu + shift);
  out.sigma = std::sqrt(own);
  const double mu_se = std::sqrt(ss / determinant / people);
  const double sigma_se = sigma * sigma / out.sigma * std::sqrt(mm / determinant / people);  // of ln sigma, by the delta method
  out.median_ci = {out.median * std::exp(-1.96 * mu_se), out.median * std::exp(1.96 * mu_se)};
  out.sigma_ci = {std::max(0.0, out.sigma - 1.96 * sigma_se), out.sigma + 1.96 * sigma_se};
  return out;
}

}  // namespace feedloop
