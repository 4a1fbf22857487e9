// Everything that learns: feature counters, logs, retrieval models, ranker. Variants whose learning parameters agree share
// one pipeline; one that overrides such a parameter gets its own, which learns from the same pooled log.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/features.hpp"
#include "engine/ranking/scorer.hpp"
#include "engine/retrieval/source.hpp"
#include "engine/training_log.hpp"

namespace feedloop {

class Pipeline {
 public:
  Pipeline(const Settings& settings, Seed seed);

  // Digest of the parameters that learning depends on: equal digests may share a pipeline.
  static std::uint64_t digest(const Settings& settings);

  // Heads that a recommender's objective asks for: the others are not trained.
  void want(const HeadSet& heads) {
    for (std::size_t h = 0; h < kHeads; ++h) wanted_[h] |= heads[h];
  }

  // Between epochs. `batch` holds the pages that were finished in the epoch, in canonical order; `now` is the epoch's end.
  void learn(std::span<const Interaction> batch, SimTime now, Catalog catalog);

  std::span<const std::unique_ptr<Source>> sources() const { return sources_; }
  const Scorer& scorer() const { return *scorer_; }
  const ItemStats& stats() const { return stats_; }
  const ItemFeatureTable& item_features() const { return table_; }
  std::uint32_t version() const { return version_; }  // moves with every nightly training
  void visit_state(State& s);

 private:
  void train(SimTime now, Catalog catalog);

  TrainingParams training_;
  Seed seed_;
  HeadSet wanted_{};
  ItemStats stats_;
  ItemFeatureTable table_;
  TrainingLog log_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::unique_ptr<Scorer> scorer_;
  std::int64_t nights_ = 0;  // training instants that have passed
  std::uint32_t version_ = 0;
};

}  // namespace feedloop
