#include "experiment/metrics/group.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "stats/divergence.hpp"
#include "stats/diversity.hpp"
#include "stats/moments.hpp"
#include "stats/overlap.hpp"

namespace feedloop {
namespace {

constexpr std::int64_t kOften = 100;  // impressions
constexpr std::int64_t kKnown = 20;   // impressions of the first half from which an item's share says something

double ratio(double a, double b) { return b > 0 ? a / b : kNoValue; }

// Netflix's effective catalogue size, 2 sum_i i p_(i) - 1 over descending shares (Gomez-Uribe & Hunt 2015, "The Netflix
// recommender system", sec. 2), is n (1 - Gini).
double effective_catalogue(const GroupExposure& x) { return static_cast<double>(x.shown.size()) * (1 - gini(x.shown)); }

double creator_gini(const GroupExposure& x) {
  std::map<CreatorId, std::int64_t> by_creator;
  for (std::size_t i = 0; i < x.shown.size(); ++i) by_creator[x.platform.items[i].creator] += x.shown[i];
  std::vector<std::int64_t> counts;
  for (const auto& [creator, n] : by_creator) counts.push_back(n);
  return gini(counts);
}

// Singh & Joachims 2018, "Fairness of exposure in rankings", eq. 4: exposure per item over merit, of one group against another.
double disparate_exposure(const GroupExposure& x) {
  std::array<double, 2> items{}, shown{}, worth{};
  for (std::size_t i = 0; i < x.shown.size(); ++i) {
    items[x.platform.leading[i]] += 1;
    shown[x.platform.leading[i]] += static_cast<double>(x.shown[i]);
  }
  for (std::size_t g = 0; g < 2; ++g) {
    const double merit = ratio(static_cast<double>(x.clicks[g]), shown[g]);
    worth[g] = ratio(ratio(shown[g], items[g]), merit);
  }
  return ratio(worth[0], worth[1]);
}

// Least squares of the logarithm of an item's share in the second half on that in the first.
double feedback_gain(const GroupExposure& x) {
  RatioMoments m;
  for (std::size_t i = 0; i < x.early.size(); ++i)
    if (x.early[i] >= kKnown)  // half an impression keeps what vanished in
      m.add(std::log(static_cast<double>(x.shown[i] - x.early[i]) + 0.5), std::log(static_cast<double>(x.early[i])));
  return m.n >= 3 ? ratio(m.c, m.m2_den) : kNoValue;
}

}  // namespace

std::span<const GroupMetric> group_metrics() {
  static const std::array table{
      GroupMetric{"exposure_gini", "Gini of exposure", "", 1, 3,
                  "0: every item is shown equally often; near 1: one item takes all.", "catalogue", true,
                  [](const GroupExposure& x) { return gini(x.shown); }},
      GroupMetric{"exposure_coverage", "Coverage", "%", 100, 1, "Share of the catalogue shown at least once.", "catalogue",
                  true, [](const GroupExposure& x) { return coverage(x.shown); }},
      GroupMetric{"exposure_entropy", "Entropy of exposure", "nats", 1, 3, "-sum p ln p over the items' shares of impressions.",
                  "catalogue", true, [](const GroupExposure& x) { return entropy(x.shown); }},
      GroupMetric{"exposure_effective", "Effective number of items", "", 1, 0,
                  "exp(entropy): as many evenly shown items would be as diverse.", "catalogue", true,
                  [](const GroupExposure& x) { return effective_number(x.shown); }},
      GroupMetric{"exposure_top10", "Exposure of the top 10 %", "%", 100, 1,
                  "Share of all impressions that the most shown tenth of the catalogue takes.", "catalogue", true,
                  [](const GroupExposure& x) { return top_share(x.shown, 0.1); }},
      GroupMetric{
          "exposure_ecs", "Effective catalogue size", "", 1, 0,
          "2 sum i p(i) - 1 over shares of impressions in descending order: items that would be as many if all were shown "
          "alike.",
          "catalogue", true, effective_catalogue},
      GroupMetric{"exposure_coverage_100", "Coverage by 100 impressions", "%", 100, 1,
                  "Share of the catalogue shown at least 100 times.", "catalogue", true,
                  [](const GroupExposure& x) { return coverage(x.shown, kOften); }},
      GroupMetric{"creator_gini", "Gini of creators' exposure", "", 1, 3,
                  "The Gini of impressions by creator, over all who have an item.", "creator", true, creator_gini},
      GroupMetric{
          "creator_exposure_ratio", "Exposure for merit, other against leading creators", "", 1, 3,
          "Impressions per item / clicks per impression, of other creators over that of the leading, who are the fewest with "
          "half of the clicks before the experiment: below 1 others get less than their due.",
          "creator group", false, disparate_exposure},
      GroupMetric{
          "feedback_gain", "Feedback gain", "", 1, 3,
          "Slope of the logarithm of items' impressions in the experiment's second half on the first, over items with 20 "
          "or more in the first: above 1 the rich get richer; chance in the first half pulls it towards 0.",
          "item", false, feedback_gain},
  };
  return table;
}

MetricInfo info_of(const GroupMetric& m) {
  MetricInfo info{std::string(m.name),
                  std::string(m.title),
                  std::string(m.unit),
                  m.scale,
                  m.decimals,
                  Direction::Neither,
                  std::string(m.doc),
                  MetricRole::Diagnostic,
                  std::string(m.unit_of_analysis)};
  info.of_variant = true;
  return info;
}

PanelPairs::PanelPairs(const PanelView& view) : creators_(view.creators) {
  const std::size_t n = view.items.size();
  const auto add = [&](std::size_t a, std::size_t b) {
    pairs_.push_back({a, b, std::sqrt(jensen_shannon(view.mix[a], view.mix[b])), jaccard(view.items[a], view.items[b])});
  };
  if (n <= 2 * kPanelNeighbours) {
    for (std::size_t b = 0; b < n; ++b)
      for (std::size_t a = 0; a < b; ++a) add(a, b);
  } else {
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t k = 1; k <= kPanelNeighbours; ++k) add(a, (a + k) % n);
  }
}

PanelMetrics PanelPairs::values(std::span<const double> weights) const {
  double distance = 0, overlap = 0, pairs = 0, creators = 0, users = 0;
  for (const Pair& p : pairs_) {
    if (std::isnan(p.distance) || std::isnan(p.overlap)) continue;
    const double w = weights[p.a] * weights[p.b];
    distance += w * p.distance, overlap += w * p.overlap, pairs += w;
  }
  for (std::size_t u = 0; u < creators_.size(); ++u) creators += weights[u] * creators_[u], users += weights[u];
  return {ratio(distance, pairs), ratio(overlap, pairs), ratio(creators, users)};
}

std::vector<MetricInfo> panel_infos() {
  std::vector<MetricInfo> infos{
      {"inter_user_distance", "Distance between users", "", 1, 3, Direction::Neither,
       "Mean over pairs of panel users of the root of the Jensen-Shannon divergence (nats) of their shares of impressions by "
       "category: it falls when users are shown more of the same."},
      {"inter_user_overlap", "Overlap between users", "%", 100, 2, Direction::Neither,
       "Mean over pairs of panel users of the Jaccard index of the items that they were shown."},
      {"creators_per_user", "Creators per user", "", 1, 1, Direction::Neither,
       "Mean over panel users of the number of different creators that they were shown; it rises with the number of "
       "impressions, "
       "too."}};
  for (MetricInfo& m : infos) {
    m.unit_of_analysis = "pair of users";
    m.of_variant = true;
  }
  infos.back().unit_of_analysis = "user";
  return infos;
}

}  // namespace feedloop
