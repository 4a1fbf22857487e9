#include "data/mix_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "data/golden_section.hpp"

namespace feedloop {
namespace {

constexpr std::int64_t kLeastUsers = 30;
constexpr double kLeastK = 1e-2, kMostK = 1e4;

using Sums = std::vector<double>;

// above[j]: users with more than j events.
Sums users_above(const std::vector<std::int64_t>& n) {
  Sums above(static_cast<std::size_t>(n.empty() ? 0 : *std::max_element(n.begin(), n.end())));
  for (const std::int64_t x : n)
    if (x > 0) above[static_cast<std::size_t>(x) - 1] += 1;
  for (std::size_t j = above.size(); j-- > 1;) above[j - 1] += above[j];
  return above;
}

// At n: the sum over j < n of f(a + j), which for 1 / x is digamma(a + n) - digamma(a).
template <class F>
Sums rising(double a, std::size_t most, const F& f) {
  Sums sum(most + 1);
  for (std::size_t j = 0; j < most; ++j) sum[j + 1] = sum[j] + f(a + static_cast<double>(j));
  return sum;
}

template <class F>
double total(double a, const Sums& above, const F& f) {
  double sum = 0;
  for (std::size_t j = 0; j < above.size(); ++j) sum += above[j] * f(a + static_cast<double>(j));
  return sum;
}

double inverse(double x) { return 1 / x; }
double inverse_square(double x) { return 1 / (x * x); }
double logarithm(double x) { return std::log(x); }

}  // namespace

MixFit fit_mixes(const std::vector<std::vector<std::int64_t>>& all) {
  MixFit out;
  if (all.empty()) return out;
  const std::size_t width = all.front().size();
  std::vector<std::vector<std::int64_t>> by_category;  // of categories with an event, by user
  std::vector<std::int64_t> events;
  std::vector<std::size_t> category;
  std::vector<const std::vector<std::int64_t>*> users;
  for (const auto& n : all)
    if (const auto sum = std::accumulate(n.begin(), n.end(), std::int64_t{0}); sum >= 2) {
      users.push_back(&n);
      events.push_back(sum);
    }
  for (std::size_t c = 0; c < width; ++c) {
    std::vector<std::int64_t> n;
    for (const auto* user : users) n.push_back((*user)[c]);
    if (std::all_of(n.begin(), n.end(), [](auto x) { return x == 0; })) continue;
    by_category.push_back(std::move(n));
    category.push_back(c);
  }
  out.users = std::ssize(users);
  const std::size_t k = by_category.size();
  if (out.users < kLeastUsers || k < 2) return out;

  std::vector<Sums> above;
  for (const auto& n : by_category) above.push_back(users_above(n));
  const Sums above_all = users_above(events);
  Sums share(k);
  for (std::size_t c = 0; c < k; ++c)
    share[c] = static_cast<double>(std::accumulate(by_category[c].begin(), by_category[c].end(), std::int64_t{0})) /
               static_cast<double>(std::accumulate(events.begin(), events.end(), std::int64_t{0}));
  double concentration = 10, before = 0;
  const auto log_likelihood = [&](double log_k) {
    double sum = -total(std::exp(log_k), above_all, logarithm);
    for (std::size_t c = 0; c < k; ++c) sum += total(std::exp(log_k) * share[c], above[c], logarithm);
    return sum;
  };
  for (int round = 0; round < 100 && std::fabs(std::log(concentration) - before) > 1e-6; ++round) {
    before = std::log(concentration);
    concentration = std::exp(golden_maximum(std::log(kLeastK), std::log(kMostK), 1e-7, log_likelihood));
    for (int step = 0; step < 5; ++step) {  // Minka's fixed point (eq. 55), for the shares alone
      double sum = 0;
      for (std::size_t c = 0; c < k; ++c) sum += share[c] *= total(concentration * share[c], above[c], inverse);
      for (double& s : share) s /= sum;
    }
  }
  if (concentration < 1.01 * kLeastK || concentration > 0.99 * kMostK) return out;

  // Minus the second derivatives in a_c = K M_c are diag(q) - z; its inverse is closed (Minka, eq. 60-63).
  Sums q(k);
  double z = total(concentration, above_all, inverse_square), sum_inverse = 0;
  for (std::size_t c = 0; c < k; ++c) sum_inverse += 1 / (q[c] = total(concentration * share[c], above[c], inverse_square));
  const double rest = 1 - z * sum_inverse;
  if (!(rest > 0)) return out;
  const auto solve = [&](const Sums& x) {  // inverse times x
    double sum = 0;
    for (std::size_t c = 0; c < k; ++c) sum += x[c] / q[c];
    Sums y(k);
    for (std::size_t c = 0; c < k; ++c) y[c] = (x[c] + z * sum / rest) / q[c];
    return y;
  };
  std::vector<Sums> digamma;
  for (std::size_t c = 0; c < k; ++c) digamma.push_back(rising(concentration * share[c], above[c].size(), inverse));
  const Sums digamma_all = rising(concentration, above_all.size(), inverse);
  const auto error_along = [&](const Sums& direction) {  // of the combination of a_c, by the scores of users
    double sum = 0;
    for (std::size_t u = 0; u < users.size(); ++u) {
      double score = 0;
      for (std::size_t c = 0; c < k; ++c)
        score += direction[c] *
                 (digamma[c][static_cast<std::size_t>(by_category[c][u])] - digamma_all[static_cast<std::size_t>(events[u])]);
      sum += score * score;
    }
    return std::sqrt(sum);
  };
  out.concentration = concentration;
  out.inverse_se = error_along(solve(Sums(k, 1.0))) / (concentration * concentration);
  const double x = 1 / concentration, half = 1.96 * out.inverse_se;
  out.concentration_ci = {1 / (x + half), x > half ? 1 / (x - half) : std::numeric_limits<double>::infinity()};
  out.shares.assign(width, 0);
  out.shares_ci.assign(width, {0, 0});
  for (std::size_t c = 0; c < k; ++c) {
    Sums gradient(k, -share[c] / concentration);
    gradient[c] += 1 / concentration;
    const double error = error_along(solve(gradient));
    out.shares[category[c]] = share[c];
    out.shares_ci[category[c]] = {std::max(0.0, share[c] - 1.96 * error), std::min(1.0, share[c] + 1.96 * error)};
  }
  out.identified = x > half;
  return out;
}

MixFit fit_mixes(const InteractionLog& log, const std::vector<int>& category, std::size_t categories, std::int64_t least) {
  std::vector<std::vector<std::int64_t>> counts(log.users.size(), std::vector<std::int64_t>(categories));
  for (const LogEvent& e : log.events) ++counts[e.user][static_cast<std::size_t>(category[e.item])];
  std::erase_if(counts, [&](const auto& n) { return std::accumulate(n.begin(), n.end(), std::int64_t{0}) < least; });
  return fit_mixes(counts);
}

}  // namespace feedloop
