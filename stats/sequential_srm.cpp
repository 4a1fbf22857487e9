#include "stats/sequential_srm.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <boost/math/special_functions/gamma.hpp>

#include "base/check.hpp"
#include "stats/interval.hpp"

namespace feedloop {
namespace {

// Long double, the library's choice, takes several times as long for digits that nobody reads.
using InDouble = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

}  // namespace

double log_mismatch_factor(std::span<const std::int64_t> counts, std::span<const double> shares, double concentration) {
  FEEDLOOP_CHECK(counts.size() == shares.size(), "every variant needs a count and a share");
  FEEDLOOP_CHECK(concentration > 0 && std::isfinite(concentration), "a prior has a positive weight");
  const double total_share = std::accumulate(shares.begin(), shares.end(), 0.0);
  FEEDLOOP_CHECK(total_share > 0 && std::isfinite(total_share), "some variant has a share");
  // Boost's lgamma, unlike std's, is the same on every library and touches no global.
  const auto rise = [](double prior, double n) {
    return boost::math::lgamma(prior + n, InDouble()) - boost::math::lgamma(prior, InDouble());
  };
  double total = 0, out = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    FEEDLOOP_CHECK(shares[i] >= 0 && counts[i] >= 0, "a share or a count is negative");
    const double n = static_cast<double>(counts[i]), share = shares[i] / total_share;
    if (n == 0) continue;
    if (share == 0) return kInfinity;
    out += rise(concentration * share, n) - n * std::log(share);
    total += n;
  }
  return out - rise(concentration, total);
}

SequentialSrm::SequentialSrm(std::vector<double> shares, double concentration)
    : shares_(std::move(shares)), counts_(shares_.size(), 0), concentration_(concentration) {
  log_bayes_factor_ = log_mismatch_factor(counts_, shares_, concentration_);
}

void SequentialSrm::add(std::span<const std::int64_t> counts) {
  FEEDLOOP_CHECK(counts.size() == counts_.size(), "every variant needs a count");
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    FEEDLOOP_CHECK(counts[i] >= 0, "a count is negative");
    counts_[i] += counts[i];
  }
  log_bayes_factor_ = log_mismatch_factor(counts_, shares_, concentration_);
  p_ = std::min(p_, std::exp(-log_bayes_factor_));
}

double SequentialSrm::posterior() const { return 1 / (1 + std::exp(-log_bayes_factor_)); }

}  // namespace feedloop
