// Metrics that need the truth: what users want, how their tastes move, and how far each stage of the funnel stays behind the
// best page. No platform could measure them; the engine never sees them.
//
// A sample of the requests, keyed by their ids, is put to the world and to the recommender again once their epoch is over, as
// if a new visit began: with the models that served and what the user has done until then. The value of a page is
//   V = sum_k e_k E[minutes watched of the item in slot k | examined],   e_k the chance that the eye reaches slot k,
// at the user's frozen state. V*(set) is the V of the best items of a set, best first: an upper bound, since within a page
// tastes and fatigue move. What a stage loses is the difference between V before it and after it. Its recall is the share of
// that best page's items that are still there after it.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "experiment/metrics/metric.hpp"
#include "experiment/simulation.hpp"
#include "experiment/unit_table.hpp"

namespace feedloop {

enum class Hidden : std::uint8_t {
  UserDrift,
  InterestRecall,
  TrueSatisfaction,
  RegretRetrieval,
  RegretRanking,
  RegretReranking,
  RecallRetrieval,
  RecallRanking,
  RecallPage,
};
constexpr std::size_t kHidden = 9;
std::vector<MetricInfo> hidden_infos();  // in that order

constexpr std::size_t kTopInterests = 3;
constexpr double kInterestPerDay = 1;  // impressions of a category from which an interest is met: seven a week

// V of each stage for one request, and how much of the best page is left after it.
struct StageValues {
  double best = kNoValue;       // V*(all that may be shown to the user)
  double retrieved = kNoValue;  // V*(candidates)
  double ranked = kNoValue;     // V of the candidates in the order of the ranker's scores
  double reranked = kNoValue;   // V of the order that is served where the policy does not explore
  // Shares of the items of V*(all that may be shown): among the candidates, among those left for re-ranking, on that page.
  double recall_retrieved = kNoValue, recall_kept = kNoValue, recall_page = kNoValue;
};
// NaN when popularity answered.
StageValues stage_values(const Study& study, const Simulation& world, std::size_t cell, Request request);

// 1 - cos of two tastes, in [0, 2]. A taste of zeros has no direction: NaN.
double drift(const Latent& before, const Latent& now);

class HiddenMetrics {
 public:
  using Tastes = std::vector<Latent>;  // by user
  HiddenMetrics(const Study& study, std::shared_ptr<const Tastes> at_t0);

  void add(const Simulation& world, std::span<const Interaction> pages);  // of an epoch, before anything learns from them
  void finish(const Simulation& world, const UnitTable& units);           // at the experiment's end
  // Absent when the unit was not sampled or cannot be judged.
  std::optional<UnitValue> value(std::size_t unit, Hidden metric) const;

  void visit_state(State& s) { s(values_); }

 private:
  UnitValue& at(std::size_t unit, Hidden metric) { return values_[unit * kHidden + static_cast<std::size_t>(metric)]; }

  const Study& study_;
  std::shared_ptr<const Tastes> at_t0_;
  std::vector<UnitValue> values_;  // units x metrics
};

}  // namespace feedloop
