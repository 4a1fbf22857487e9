// All recommenders of an experiment: one per cell (combination of variants), over as few pipelines as their settings allow.
#pragma once

#include <memory>
#include <vector>

#include "engine/recommender.hpp"

namespace feedloop {

class Engine {
 public:
  // One cell per element; cells with the same learning parameters share a pipeline.
  Engine(std::span<const Settings> cells, Seed seed);

  const Recommender& cell(std::size_t c) const { return recommenders_[c]; }
  const Pipeline& pipeline(std::size_t i) const { return *pipelines_[i]; }
  std::size_t pipelines() const { return pipelines_.size(); }
  void learn(std::span<const Interaction> batch, SimTime now, Catalog catalog);
  void visit_state(State& s);

 private:
  std::vector<std::unique_ptr<Pipeline>> pipelines_;
  std::vector<Recommender> recommenders_;
};

}  // namespace feedloop
