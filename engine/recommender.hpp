// The funnel of one variant: retrieve what may be shown, featurise, score, re-rank. Const over shared models; the user's online
// features come and go as values.
#pragma once

#include "engine/latency.hpp"
#include "engine/params.hpp"
#include "engine/pipeline.hpp"

namespace feedloop {

class Recommender {
 public:
  // Tells the pipeline which heads its objective asks for. `cell` is the one that its pages carry (Interaction::cell).
  Recommender(const Settings& settings, Pipeline& pipeline, std::uint32_t cell = 0);

  // Eligible candidates, best first: none blocked, unlicensed where the user is, above their age or seen. Fewer than slots
  // only when no more are eligible.
  Ranking recommend(const Request& request, const OnlineFeatures& user, Catalog catalog, StageClock& clock) const;

  // The user's own streaming features, at once after a page.
  void observe(OnlineFeatures& user, const Interaction& page, Catalog catalog) const {
    observe_user(user, page, catalog, static_cast<std::size_t>(serving_.rerank.seen.capacity));
  }

  // The rules that this variant's slates keep.
  const SlateLimits& limits() const { return limits_; }

 private:
  ServingParams serving_;
  SlateLimits limits_;
  const Pipeline* pipeline_;
  std::uint32_t cell_;
};

}  // namespace feedloop
