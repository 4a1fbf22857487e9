// Metrics of a variant as a whole: they depend on what its users saw together, so no user has a value of their own. Their error
// is the bootstrap's over users: each is worked out again with every user counted Poisson(1) times.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "experiment/exposure_counts.hpp"
#include "experiment/metrics/metric.hpp"

namespace feedloop {

// What the users of a variant saw, each counted once, or as often as a replicate says.
struct GroupExposure {
  const Platform& platform;
  std::vector<std::int64_t> shown;  // impressions by item; the items that could be shown by now, the never shown included
  std::vector<std::int64_t> early;  // those of the experiment's first half; empty: not known
  GroupClicks clicks{};             // by creator group
};

struct GroupMetric {
  std::string_view name, title, unit;
  double scale;
  int decimals;
  std::string_view doc;
  std::string_view unit_of_analysis;
  // Depends on the number of impressions: variants are compared with the larger thinned to the size of the smaller.
  bool rarefied;
  double (*value)(const GroupExposure&);  // NaN: not enough data
};

std::span<const GroupMetric> group_metrics();
MetricInfo info_of(const GroupMetric& metric);

// How users of the panel compare with one another. Each counts as often as its weight says.
struct PanelView {
  std::vector<std::vector<std::int64_t>> items;  // by user: distinct, ascending
  std::vector<std::vector<double>> mix;          // by user: impressions by category
  std::vector<double> creators;                  // by user: how many different ones they were shown
};
struct PanelMetrics {
  double distance = kNoValue, overlap = kNoValue, creators = kNoValue;
};
// Pairs are each user with the next kPanelNeighbours in the panel's order, which is random: all pairs of a few users, a sample
// of the pairs of many.
constexpr std::size_t kPanelNeighbours = 8;
class PanelPairs {
 public:
  explicit PanelPairs(const PanelView& view);
  PanelMetrics values(std::span<const double> weights) const;  // by user

 private:
  struct Pair {
    std::size_t a, b;
    double distance, overlap;  // NaN: one of them was shown nothing
  };
  std::vector<Pair> pairs_;
  std::vector<double> creators_;
};
std::vector<MetricInfo> panel_infos();  // in the order of PanelMetrics

}  // namespace feedloop
