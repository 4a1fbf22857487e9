// Filter bubbles, seen in twin worlds: everybody in one variant, forked at t0 on the same random numbers. Where the items lie,
// how tastes move and what users are shown, as plain numbers for maps and plots; recorded by experiment/bubble/recorder.hpp.
//
// Days: index d is the end of day d since t0, and 0 is t0 itself, when nothing has been shown yet. What is shown is of the
// last kBubbleWindow days. Distances are 1 - cosine of true vectors, in [0, 2]; entropies in nats.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "experiment/report.hpp"

namespace feedloop {

constexpr int kBubbleWindow = 7;          // days
constexpr std::size_t kRecent = 200;      // a user's last exposures: what circle and list are about
constexpr std::size_t kBubbleUsers = 60;  // on the map
constexpr std::size_t kHeatSide = 36;     // squares of the heat map, a side
constexpr double kCircleShare = 0.9;      // of the recent exposures that the circle holds
constexpr std::size_t kLikedShown = 12;   // of what a user would have liked best, named one by one

// On the plane that holds the most variance of the items' vectors (experiment/bubble/projection.hpp); the same in all worlds.
struct MapPoint {
  float x = 0, y = 0;
  friend constexpr bool operator==(MapPoint, MapPoint) = default;
};
struct MapCircle {
  MapPoint centre;
  float radius = static_cast<float>(kNaN);  // NaN: nothing was shown yet
  std::int32_t held = 0;                    // points in it
};
struct MapItem {
  MapPoint at;
  std::uint8_t category = 0;
};

struct Exposure {
  std::uint32_t item = 0;
  float day = 0;  // since t0
  bool clicked = false;
};

// Items by category.
struct CategoryMix {
  std::vector<std::int32_t> count;
  double entropy = kNoValue;
};

// One user in one world.
struct BubbleUser {
  std::vector<MapPoint> taste;             // by day
  std::vector<Exposure> exposures;         // all since t0, oldest first
  std::vector<std::size_t> until;          // by day: how many of them by then
  std::vector<MapCircle> circle;           // by day: holds kCircleShare of the recent ones
  std::vector<float> area;                 // by day: of the circle; NaN before something was shown
  std::vector<CategoryMix> saw;            // by day: the recent ones
  std::vector<CategoryMix> liked;          // by day: of all items there are, as many that they would have felt best about
  std::vector<std::uint32_t> liked_items;  // at the end, the best kLikedShown of them, best first

  std::span<const Exposure> recent(std::size_t day) const;
};

enum class BubbleMeasure : std::uint8_t { Spread, Drift, Categories, Between, IntraList, Gini, Coverage, Entropy };
constexpr std::size_t kBubbleMeasures = 8;
const std::array<MetricInfo, kBubbleMeasures>& bubble_measures();

// By day; NaN where there is not enough data. low, high: interval of level 1 - analysis.alpha, the normal one with the standard
// error of the Poisson bootstrap over users.
struct BubbleSeries {
  std::vector<float> value, low, high;
  double at(std::size_t day) const { return static_cast<double>(value[day]); }
  Interval interval(std::size_t day) const { return {static_cast<double>(low[day]), static_cast<double>(high[day])}; }
};
using BubbleTable = std::array<BubbleSeries, kBubbleMeasures>;

struct BubbleWorld {
  std::string variant;
  BubbleTable measures;
  std::vector<BubbleUser> users;                  // in the order of BubbleReport::users
  std::vector<std::vector<std::uint32_t>> shown;  // by day: impressions by item
  std::vector<std::vector<float>> heat;           // by day: share of impressions by square, row by row from the lowest y
  std::vector<LorenzCurve> lorenz;                // by day
  const BubbleSeries& operator[](BubbleMeasure m) const { return measures[static_cast<std::size_t>(m)]; }
};

struct BubbleExperiment {
  std::string layer;
  std::vector<BubbleWorld> worlds;       // by variant
  std::vector<BubbleTable> differences;  // by treatment, from variant 1 on: its world less control's, paired by user
};

struct BubbleReport {
  int days = 0;
  std::vector<float> day;               // 0, 1, ..., days: for plots
  std::vector<MapItem> items;           // by id, later uploads included
  std::vector<std::int64_t> catalogue;  // by day: how many of them there were
  std::size_t categories = 1;
  float reach = 1;                   // all items and first tastes lie in [-reach, reach] on both axes
  double explained = kNoValue;       // share of the items' variance that the plane holds
  std::vector<std::uint32_t> users;  // that are followed, ascending: regular visitors before t0, drawn by lot
  std::int64_t panel = 0;            // users whom spread, drift, categories and distances are about
  std::vector<BubbleExperiment> experiments;
};

}  // namespace feedloop
