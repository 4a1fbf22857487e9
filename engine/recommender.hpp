// The funnel of one variant: retrieve what may be shown, featurise, score, re-rank. Const over shared models; the user's online
// features come and go as values.
#pragma once

#include "engine/funnel_trace.hpp"
#include "engine/latency.hpp"
#include "engine/params.hpp"
#include "engine/pipeline.hpp"

namespace feedloop {

class Recommender {
 public:
  // Tells the pipeline which heads its objective asks for. `cell` is the one that its pages carry (Interaction::cell).
  Recommender(const Settings& settings, Pipeline& pipeline, std::uint32_t cell = 0);

  // Eligible candidates, best first: none blocked, unlicensed where the user is, above their age or seen. Fewer than slots
  // only when no more are eligible. A trace, where given, is filled.
  Ranking recommend(const Request& request, const OnlineFeatures& user, Catalog catalog, StageClock& clock,
                    FunnelTrace* trace = nullptr) const;

  // The same, of which nobody asks how long it took.
  Ranking recommend(const Request& request, const OnlineFeatures& user, Catalog catalog) const {
    StageLaps unmeasured{};
    StageClock clock(unmeasured);
    return recommend(request, user, catalog, clock);
  }

  // These items as candidates with the scores that recommend() would give them before boosts, in the order given: no retrieval
  // and no re-ranking. Requires: the ranker has been trained; the catalogue holds the items.
  std::vector<Candidate> score(const Request& request, const OnlineFeatures& user, Catalog catalog,
                               std::span<const ItemId> items) const;

  // Why the item was nominated: by which of the page's sources, and because of which watched item, if it was one.
  struct Explanation {
    std::string_view source;
    std::optional<ItemId> seed;
  };
  std::vector<Explanation> explain(const Request& request, const OnlineFeatures& user, Catalog catalog, const Slot& slot) const;

  // Between epochs: breakers judge the pages that this variant served in the epoch that ends at `now`.
  void observe_services(std::span<const Interaction> pages, SimTime now);
  // From now on only items of this variant's part of the catalogue may be shown; 0 parts = all of it.
  void split_corpus(std::uint32_t parts) { parts_ = parts; }
  // From now on candidates say whether they are under-exposed (engine.rerank.exposure.quota), and at least `count` of those
  // that are, if there are so many, stand among them. 0, as in the beginning, marks nobody.
  void look_for_new_items(int count) { new_items_ = count; }
  void visit_state(State& s) { s(breakers_); }

  // The user's own streaming features, at once after a page.
  void observe(OnlineFeatures& user, const Interaction& page, Catalog catalog) const {
    observe_user(user, page, catalog, static_cast<std::size_t>(serving_.rerank.seen.capacity), serving_.cold.dormant_days);
  }

  std::uint8_t layout() const { return static_cast<std::uint8_t>(serving_.slate.layout); }
  double harvest() const { return serving_.slate.harvest; }
  // The rules that this variant's slates keep.
  const SlateLimits& limits() const { return limits_; }
  // Candidates asked of a source of the registry for a user of the cohort.
  std::size_t quota(std::size_t source, Cohort cohort) const;
  Cohort cohort(const OnlineFeatures& user, SimTime now) const { return cohort_of(user, now, serving_.cold); }

 private:
  void write_rows(const Request& request, const OnlineFeatures& user, Catalog catalog, const ItemFeatureTable& table,
                  const Models& models, Ranking& out) const;

  ServingParams serving_;
  SlateLimits limits_;
  HeadSet heads_;             // that the objective asks for
  RerankParams rules_alone_;  // when the re-ranker does not answer
  const Pipeline* pipeline_;
  std::uint32_t cell_;
  std::size_t onboarding_;  // place of that source in the registry
  std::uint32_t parts_ = 0;
  int new_items_ = 0;
  Breakers breakers_;
};

}  // namespace feedloop
