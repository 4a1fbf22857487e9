// The re-ranking stage after the scores: which candidates may stand for the slate, in which order, under which rules.
//
//   boost (freshness, dismissed categories) -> keep_pool -> rerank (none, mmr, calibrated; always under the rules)
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/catalog.hpp"
#include "base/parameters.hpp"
#include "base/slate_rules.hpp"
#include "engine/online_features.hpp"
#include "engine/rerank/boosts.hpp"

namespace feedloop {

struct RuleParams {
  std::int64_t per_category = 3, per_series = 1, creator_run = 1, sponsored = 2;
  void describe(Describe& d);
};

struct MmrParams {
  double lambda = 0.85;
  void describe(Describe& d);
};

struct CalibratedParams {
  double lambda = 0.5, smoothing = 1;
  void describe(Describe& d);
};

struct ExposureParams {
  double quota = 50;
  void describe(Describe& d);
};

struct SeenParams {
  std::int64_t capacity = 400;
  void describe(Describe& d) {
    d.integer("capacity", capacity, {0, 100000}, "items", "The user's last clicked items that are not shown again.");
  }
};

struct RerankParams {
  std::string method = "mmr";
  RuleParams rules;
  MmrParams mmr;
  CalibratedParams calibrated;
  BoostParams boost;
  ExposureParams exposure;
  SeenParams seen;
  void describe(Describe& d);
};

SlateLimits slate_limits(const RuleParams& params);

// Takes candidates in order while they keep the caps of category, series and sponsored: which order keeps runs short can
// be seen to later. Says who was taken, at most `slots`.
class RuleWalk {
 public:
  RuleWalk(const SlateLimits& limits, std::size_t slots);
  bool take(const ItemTraits& traits);
  bool full() const { return taken_.size() >= slots_; }

 private:
  SlateLimits limits_;
  std::size_t slots_;
  std::vector<ItemTraits> taken_;
};

// Whether a walk through the candidates fills the slots. Requires: traits are set.
bool can_fill(std::span<const Candidate> candidates, const SlateLimits& limits, std::size_t slots);

// Keeps the best `depth` candidates in order of score (ties: the lower id) and, where a walk through those does not fill the
// slots or they hold fewer than `new_items` under-exposed ones, the best of the others that help. Requires: traits are set.
void keep_pool(std::vector<Candidate>& candidates, const SlateLimits& limits, std::size_t slots, std::size_t depth,
               int new_items);

// Puts the slate to the front of the ranking, in order; the rest stays in order of score. Every item of the slate is of the
// least level left (base/slate_rules.hpp). Requires: candidates are in order of score; slots, limits and traits are set.
void rerank(const RerankParams& params, Catalog catalog, const OnlineFeatures& user, Ranking& ranking);

}  // namespace feedloop
