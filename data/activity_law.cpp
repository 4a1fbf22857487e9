#include "data/activity_law.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include "base/check.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

constexpr double kStep = 0.02;  // of ln(rate) between the nodes that rates are summed over
constexpr double kLeastLogRate = -7, kAboveLargest = 6;
constexpr double kLeastSigma = 1.5 * kStep, kMostSigma = 4;
constexpr std::size_t kBins = 12;
constexpr std::int64_t kLargestEdge = 2000;

using Nodes = std::vector<double>;

// The law of a count at each rate.
class CountLaw {
 public:
  CountLaw(std::int64_t largest, const ActivityNoise& noise) {
    const double most = std::log(static_cast<double>(largest)) + kAboveLargest;
    for (double a = kLeastLogRate; a < most; a += kStep) {
      const double mean = noise.counted ? noise.counted(std::exp(a)) : std::exp(a);
      // A count that is large enough to say its rate to a node is held to be no better known, or the sum would miss it.
      const double dispersion = std::max(noise.dispersion, mean * kStep * kStep);
      log_rate.push_back(a);
      mean_.push_back(mean);
      dispersion_.push_back(dispersion);
      shape_.push_back(dispersion > 1 + 1e-6 ? mean / (dispersion - 1) : 0);
    }
  }

  Nodes probability(std::int64_t n) const {
    const auto x = static_cast<double>(n);
    const double log_factorial = std::lgamma(x + 1);
    Nodes p(mean_.size());
    for (std::size_t k = 0; k < p.size(); ++k) {
      const double r = shape_[k], d = dispersion_[k];
      p[k] = std::exp((r == 0 ? x * std::log(mean_[k]) - mean_[k]
                              : std::lgamma(x + r) - std::lgamma(r) - r * std::log(d) + x * std::log((d - 1) / d)) -
                      log_factorial);
    }
    return p;
  }

  // How many users have each rate.
  Nodes weights(double mu, double log_sigma) const {
    Nodes w(log_rate.size());
    double sum = 0;
    for (std::size_t k = 0; k < w.size(); ++k) {
      const double z = (log_rate[k] - mu) * std::exp(-log_sigma);
      sum += w[k] = std::exp(-0.5 * z * z);
    }
    for (double& x : w) x /= sum;
    return w;
  }

  std::vector<double> log_rate;

 private:
  Nodes mean_, dispersion_, shape_;
};

double mixed(const Nodes& weights, const Nodes& p) {
  double sum = 0;
  for (std::size_t k = 0; k < p.size(); ++k) sum += weights[k] * p[k];
  return sum;
}

struct Counts {
  std::int64_t least = 0;
  double users = 0;
  std::vector<std::int64_t> n;  // ascending
  std::vector<double> with;     // users of such a count
};

// Pearson's chi^2 over bins that hold about equally many users each.
double fit_p(const Counts& counts, const CountLaw& law, const Nodes& weights, double shown) {
  if (counts.users < 5 * kBins) return kNaN;
  double chi2 = 0, left = counts.users, left_expected = counts.users, users = 0, expected = 0;
  int bins = 0;
  std::size_t at = 0;
  for (std::int64_t n = counts.least; n <= std::min(counts.n.back(), kLargestEdge); ++n) {
    expected += counts.users * mixed(weights, law.probability(n)) / shown;
    if (at < counts.n.size() && counts.n[at] == n) users += counts.with[at++];
    if (expected < counts.users / kBins || left_expected - expected < counts.users / (2 * kBins)) continue;
    chi2 += (users - expected) * (users - expected) / expected;
    left -= users;
    left_expected -= expected;
    users = expected = 0;
    ++bins;
    if (left_expected < 1.5 * counts.users / kBins) break;
  }
  if (bins < 2) return kNaN;
  return chi2_sf(chi2 + (left - left_expected) * (left - left_expected) / left_expected, bins);
}

}  // namespace

ActivityLaw fit_activity(std::span<const std::int64_t> events, std::int64_t least, const ActivityNoise& noise) {
  FEEDLOOP_CHECK(events.size() >= 2, "the activity of fewer than two users");
  FEEDLOOP_CHECK(noise.dispersion >= 1, "counts that vary less than by chance");
  std::map<std::int64_t, double> users_with;
  double mean = 0, square = 0;
  for (const std::int64_t n : events) {
    users_with[n] += 1;
    const double x = std::log(static_cast<double>(n));
    mean += x;
    square += x * x;
  }
  Counts counts;
  counts.users = static_cast<double>(events.size());
  for (const auto& [n, k] : users_with) {
    counts.n.push_back(n);
    counts.with.push_back(k);
  }
  counts.least = least > 0 ? least : counts.n.front();
  mean /= counts.users;

  ActivityLaw out;
  out.smallest = static_cast<double>(counts.least);
  out.log_mean = mean;
  out.log_sd = std::sqrt(std::max(square / counts.users - mean * mean, 0.0));
  out.share_below = 0;
  if (counts.n.size() < 3) return out;

  const CountLaw law(counts.n.back(), noise);
  std::vector<Nodes> p;
  for (const std::int64_t n : counts.n) p.push_back(law.probability(n));
  Nodes below(law.log_rate.size());
  for (std::int64_t n = 0; n < counts.least; ++n) {
    const Nodes hidden = law.probability(n);
    for (std::size_t k = 0; k < below.size(); ++k) below[k] += hidden[k];
  }
  const auto log_likelihoods = [&](double mu, double log_sigma) {  // of each count
    const Nodes weights = law.weights(mu, log_sigma);
    const double shown = std::max(1 - mixed(weights, below), 1e-12);
    std::vector<double> each;
    for (const Nodes& x : p) each.push_back(std::log(std::max(mixed(weights, x), 1e-300) / shown));
    return each;
  };
  const auto log_likelihood = [&](double mu, double log_sigma) {
    const auto each = log_likelihoods(mu, log_sigma);
    double sum = 0;
    for (std::size_t i = 0; i < each.size(); ++i) sum += counts.with[i] * each[i];
    return sum / counts.users;
  };

  // Compass search: two smooth parameters, no derivative to go wrong far from the maximum.
  double mu = mean, ls = std::log(std::clamp(out.log_sd, kLeastSigma, kMostSigma)), step = 0.25, best = log_likelihood(mu, ls);
  while (step > 1e-5) {
    bool moved = false;
    for (const auto& [a, b] : {std::pair{1.0, 0.0}, {-1.0, 0.0}, {0.0, 1.0}, {0.0, -1.0}, {-1.0, 0.3}, {1.0, -0.3}}) {
      const double m = mu + a * step, l = ls + b * step;
      if (l < std::log(kLeastSigma) || l > std::log(kMostSigma) || m < kLeastLogRate || m > law.log_rate.back()) continue;
      const double value = log_likelihood(m, l);
      if (value > best) {
        mu = m;
        ls = l;
        best = value;
        moved = true;
        break;
      }
    }
    if (!moved) step /= 2;
  }

  const double h = 2e-3;
  const auto at = [&](double a, double b) { return log_likelihoods(mu + a * h, ls + b * h); };
  const auto centre = at(0, 0), up = at(1, 0), down = at(-1, 0), wide = at(0, 1), narrow = at(0, -1), up_wide = at(1, 1),
             up_narrow = at(1, -1), down_wide = at(-1, 1), down_narrow = at(-1, -1);
  double mm = 0, ss = 0, ms = 0;                    // minus the second derivatives
  double score_mm = 0, score_ss = 0, score_ms = 0;  // of the products of first ones
  for (std::size_t i = 0; i < centre.size(); ++i) {
    const double share = counts.with[i] / counts.users, m = (up[i] - down[i]) / (2 * h), s = (wide[i] - narrow[i]) / (2 * h);
    mm -= share * (up[i] - 2 * centre[i] + down[i]) / (h * h);
    ss -= share * (wide[i] - 2 * centre[i] + narrow[i]) / (h * h);
    ms -= share * (up_wide[i] - up_narrow[i] - down_wide[i] + down_narrow[i]) / (4 * h * h);
    score_mm += share * m * m;
    score_ss += share * s * s;
    score_ms += share * m * s;
  }
  const double determinant = mm * ss - ms * ms;
  const Nodes weights = law.weights(mu, ls);
  const double hidden = mixed(weights, below);
  const bool inside = ls > std::log(kLeastSigma) + 0.01 && ls < std::log(kMostSigma) - 0.01 && mu > kLeastLogRate + 0.01;
  if (!(mm > 0 && determinant > 0) || !inside || hidden > 0.98) return out;

  out.identified = true;
  out.log_mean = mu;
  out.log_sd = std::exp(ls);
  out.share_below = hidden;
  out.fit_p = fit_p(counts, law, weights, 1 - hidden);
  // The inverse of the curvature on both sides of the scores.
  const auto variance = [&](double a, double b) {
    return (a * a * score_mm + 2 * a * b * score_ms + b * b * score_ss) / (determinant * determinant * counts.users);
  };
  const double mean_se = std::sqrt(variance(ss, -ms)), log_sd_se = std::sqrt(variance(-ms, mm));
  out.log_mean_ci = {out.log_mean - 1.96 * mean_se, out.log_mean + 1.96 * mean_se};
  out.log_sd_ci = {out.log_sd * std::exp(-1.96 * log_sd_se), out.log_sd * std::exp(1.96 * log_sd_se)};
  return out;
}

double dispersion_of_visits(std::span<const std::int64_t> events_per_visit) {
  double sum = 0, squares = 0;
  for (const std::int64_t n : events_per_visit) {
    const auto x = static_cast<double>(n);
    sum += x;
    squares += x * x;
  }
  return sum > 0 ? squares / sum : 1;
}

}  // namespace feedloop
