// All recommenders of an experiment: one per cell (combination of variants), over as few pipelines as their settings allow.
#pragma once

#include <memory>
#include <vector>

#include "engine/recommender.hpp"

namespace feedloop {

// Serving and training disagree on a feature (engine/skew.hpp).
struct SkewAlert {
  std::vector<std::uint32_t> cells;  // that the pipeline serves
  FeatureSkew skew;
};

class Engine {
 public:
  // One cell per element; cells with the same learning parameters share a pipeline, unless they are isolated. Requires: the
  // cells agree on engine.isolation, which the scenario's reader sees to.
  Engine(std::span<const Settings> cells, Seed seed);

  const Recommender& cell(std::size_t c) const { return recommenders_[c]; }
  void look_for_new_items(std::size_t cell, int count) { recommenders_[cell].look_for_new_items(count); }
  const Pipeline& pipeline(std::size_t i) const { return *pipelines_[i]; }
  std::size_t pipelines() const { return pipelines_.size(); }
  std::vector<SkewAlert> skew_alerts() const;  // by pipeline, then in order of the features
  // Asks another cell's ranker for the page too, for the share of requests that both harvest (engine.slate.harvest), and notes
  // its slots in the slate. Nothing happens while users are not in several variants, or when the slate was not served as
  // ranked: then its slots say nothing of this cell's ranker.
  void harvest(const Request& request, const OnlineFeatures& user, Catalog catalog, std::size_t cell, Slate& slate) const;

  // Between epochs. `mixed`: users are in several variants, so that isolation, if asked for, holds, and variants harvest.
  void begin_epoch(bool mixed);
  void observe_services(std::span<const Interaction> served, SimTime now);  // pages of the epoch that ends at `now`
  // `finished` pages, in canonical order.
  void learn(std::vector<Interaction> finished, SimTime now, Catalog catalog);
  void visit_state(State& s);

 private:
  std::vector<std::unique_ptr<Pipeline>> pipelines_;
  std::vector<Recommender> recommenders_;
  std::string isolation_;
  bool mixed_ = false, isolated_ = false;
};

}  // namespace feedloop
