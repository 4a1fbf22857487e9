#include "engine/skew.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kBins = 10;
constexpr double kSmoothing = 0.5;  // rows added to each bin, so that an empty one has a logarithm

// Values up to and including an edge are in its bin.
std::vector<double> shares(std::span<const float> values, std::span<const float> edges) {
  std::vector<double> bins(edges.size() + 1, kSmoothing);
  for (const float x : values)
    bins[static_cast<std::size_t>(std::lower_bound(edges.begin(), edges.end(), x) - edges.begin())] += 1;
  const double n = static_cast<double>(values.size()) + kSmoothing * static_cast<double>(bins.size());
  for (double& b : bins) b /= n;
  return bins;
}

}  // namespace

double population_stability_index(std::span<const float> expected, std::span<const float> actual) {
  if (expected.empty() || actual.empty()) return 0;
  std::vector<float> sorted(expected.begin(), expected.end());
  std::sort(sorted.begin(), sorted.end());
  // What lies below all that is expected has a bin of its own: a constant may be served as another.
  std::vector<float> edges{std::nextafter(sorted.front(), -std::numeric_limits<float>::infinity())};
  for (std::size_t b = 1; b < kBins; ++b) edges.push_back(sorted[(b * sorted.size() + kBins - 1) / kBins - 1]);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  const std::vector<double> p = shares(expected, edges), q = shares(actual, edges);
  double psi = 0;
  for (std::size_t b = 0; b < p.size(); ++b) psi += (p[b] - q[b]) * std::log(p[b] / q[b]);
  return psi;
}

SkewMonitor::SkewMonitor(const SkewParams& params, std::vector<std::string_view> features) : params_(params) {
  for (const std::string_view name : features) features_.push_back({.feature = name});
}

void SkewMonitor::add(std::span<const float> served, std::span<const float> recomputed) {
  FEEDLOOP_CHECK(served.size() == features_.size() && recomputed.size() == features_.size(), "a row of another width");
  served_.insert(served_.end(), served.begin(), served.end());
  recomputed_.insert(recomputed_.end(), recomputed.begin(), recomputed.end());
}

void SkewMonitor::night(SimTime now) {
  const std::size_t width = features_.size(), rows = width ? served_.size() / width : 0;
  if (rows >= static_cast<std::size_t>(params_.min_rows)) {
    std::vector<float> expected(rows), actual(rows);
    for (std::size_t f = 0; f < width; ++f) {
      for (std::size_t i = 0; i < rows; ++i) {
        expected[i] = recomputed_[i * width + f];
        actual[i] = served_[i * width + f];
      }
      FeatureSkew& skew = features_[f];
      skew.psi = population_stability_index(expected, actual);
      skew.state = skew.psi >= params_.alert   ? SkewState::Alert
                   : skew.psi >= params_.watch ? SkewState::Watch
                                               : SkewState::Stable;
      if (skew.state == SkewState::Alert && skew.alerted == kNever) {
        skew.alerted = now;
        skew.alerted_psi = skew.psi;
      }
    }
  }
  served_.clear();
  recomputed_.clear();
}

void SkewMonitor::visit_state(State& s) {
  for (FeatureSkew& f : features_) {
    s(f.psi);
    s(f.state);
    s(f.alerted);
    s(f.alerted_psi);
  }
  s(served_);
  s(recomputed_);
}

}  // namespace feedloop
