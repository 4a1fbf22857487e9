#include "engine/rerank/calibrated.hpp"

#include <cmath>

namespace feedloop {
namespace {

constexpr double kBlend = 0.01;

double blended(double share, double taste) { return (1 - kBlend) * share + kBlend * taste; }

}  // namespace

CategoryShares category_taste(const OnlineFeatures& user, std::span<const Candidate> candidates, double smoothing) {
  std::array<bool, kFeatureCategories> there{};
  for (const Candidate& c : candidates) there[c.traits.category.index()] = true;
  double clicks = 0, kinds = 0;
  for (std::size_t c = 0; c < there.size(); ++c) {
    clicks += static_cast<double>(user.category_clicks[c]);
    kinds += there[c];
  }
  const double spread = clicks + smoothing > 0 ? smoothing : 1;
  CategoryShares taste{};
  for (std::size_t c = 0; c < taste.size(); ++c)
    taste[c] = (static_cast<double>(user.category_clicks[c]) + (there[c] ? spread / kinds : 0)) / (clicks + spread);
  return taste;
}

double miscalibration(const CategoryShares& taste, std::span<const int, kFeatureCategories> counts) {
  double items = 0, divergence = 0;
  for (const int n : counts) items += n;
  for (std::size_t c = 0; c < taste.size(); ++c)
    if (taste[c] > 0) divergence += taste[c] * std::log(taste[c] / blended(counts[c] / items, taste[c]));
  return divergence;
}

void pick_calibrated(const CalibratedProblem& p, SlateRules& rules, std::vector<std::uint16_t>& picks) {
  std::array<int, kFeatureCategories> counts{};
  std::array<double, kFeatureCategories> gain{};
  for (std::size_t slot = 0; slot < p.slots && rules.left() > 0; ++slot) {
    // One more item changes one category's term of the divergence; the others are the same for all candidates.
    const double items = static_cast<double>(slot) + 1;
    for (std::size_t c = 0; c < gain.size(); ++c)
      gain[c] =
          p.taste[c] > 0
              ? p.taste[c] * std::log(blended((counts[c] + 1) / items, p.taste[c]) / blended(counts[c] / items, p.taste[c]))
              : 0;
    std::size_t pick = p.candidates.size();
    double most = 0;
    for (std::size_t i = 0; i < p.candidates.size(); ++i) {
      if (!rules.admits(i)) continue;
      const double value =
          (1 - p.lambda) * static_cast<double>(p.relevance[i]) + p.lambda * gain[p.candidates[i].traits.category.index()];
      if (pick == p.candidates.size() || value > most) {
        pick = i;
        most = value;
      }
    }
    picks.push_back(static_cast<std::uint16_t>(pick));
    ++counts[p.candidates[pick].traits.category.index()];
    rules.take(pick);
  }
}

}  // namespace feedloop
