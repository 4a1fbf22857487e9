// The funnel of one variant: retrieve what may be shown, featurise, score, re-rank. Const over shared models; the user's online
// features come and go as values.
#pragma once

#include "engine/latency.hpp"
#include "engine/params.hpp"
#include "engine/pipeline.hpp"

namespace feedloop {

class Recommender {
 public:
  Recommender(const Settings& settings, const Pipeline& pipeline)
      : serving_(settings.read<ServingParams>("engine")),
        limits_(slate_limits(serving_.rerank, static_cast<int>(serving_.slate.size))),
        pipeline_(&pipeline) {}

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
};

}  // namespace feedloop
