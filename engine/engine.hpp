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
  // One cell per element; cells with the same learning parameters share a pipeline.
  Engine(std::span<const Settings> cells, Seed seed);

  const Recommender& cell(std::size_t c) const { return recommenders_[c]; }
  const Pipeline& pipeline(std::size_t i) const { return *pipelines_[i]; }
  std::size_t pipelines() const { return pipelines_.size(); }
  std::vector<SkewAlert> skew_alerts() const;  // by pipeline, then in order of the features
  void learn(std::span<const Interaction> batch, SimTime now, Catalog catalog);
  void visit_state(State& s);

 private:
  std::vector<std::unique_ptr<Pipeline>> pipelines_;
  std::vector<Recommender> recommenders_;
};

}  // namespace feedloop
