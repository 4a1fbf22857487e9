// Everything that learns: feature counters, logs, retrieval models, ranker. Variants whose learning parameters agree share
// one pipeline; one that overrides such a parameter gets its own, which learns from the same pooled log.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/features.hpp"
#include "engine/lineage.hpp"
#include "engine/ranking/position_bias.hpp"
#include "engine/ranking/scorer.hpp"
#include "engine/ranking/validation.hpp"
#include "engine/release.hpp"
#include "engine/retrieval/source.hpp"
#include "engine/skew.hpp"
#include "engine/training_log.hpp"

namespace feedloop {

// The models of one night, released together; the ranker may be of an earlier one, or updated since.
struct Models {
  explicit Models(const Settings& settings);
  std::vector<std::unique_ptr<Source>> sources;  // in order of the registry
  std::unique_ptr<Scorer> scorer;
  std::uint32_t version = 0;  // moves with every training and every update
  std::uint32_t trained = 0;  // the version that the last training gave
  std::uint32_t ranker = 0;   // the version whose training the ranker comes from, and the night that was
  std::int64_t ranker_night = 0;
  SlotTreatment slots;  // that the ranker was trained with
  void observe(std::span<const Interaction> batch, Catalog catalog, const std::vector<bool>& idle);
  void publish(const PublishInput& in);
  void visit_state(State& s);
};

class Pipeline {
 public:
  Pipeline(const Settings& settings, Seed seed);

  // This pipeline serves the cell: skew monitor and release go by its pages. A pipeline told of no cell serves all.
  void serve(std::uint32_t cell) { cells_.push_back(cell); }
  const std::vector<std::uint32_t>& cells() const { return cells_; }
  bool serves(std::uint32_t cell) const {
    return cells_.empty() || std::find(cells_.begin(), cells_.end(), cell) != cells_.end();
  }

  // Digest of the parameters that learning depends on: equal digests may share a pipeline.
  static std::uint64_t digest(const Settings& settings);

  // Heads that a recommender's objective asks for: the others are not trained.
  void want(const HeadSet& heads);
  // Quotas of a recommender's sources. A source that nobody asks for candidates is idle when nobody ranks either: it then need
  // not learn. Batch features are not counted where nobody ranks, and no log is kept where nothing learns from it.
  void ask(std::span<const std::int64_t> quotas);
  bool idle(std::size_t source) const { return source < idle_.size() && idle_[source]; }

  // Between epochs. `batch` holds the pages that were finished in the epoch, in canonical order; `now` is the epoch's end.
  void learn(std::span<const Interaction> batch, SimTime now, Catalog catalog);

  // The live models, or those that a release tries on this user.
  const Models& models(UserId user) const { return candidate_ && release_.serves(user) ? *candidate_ : live_; }
  const Models& live() const { return live_; }
  const Release& release() const { return release_; }
  const ItemStats& stats() const { return stats_; }
  const ItemFeatureCache& item_features() const { return items_; }
  const WeekSnapshot& week() const { return week_; }  // the batch features' counters by the training definition
  const WeekSnapshot& served_week() const { return window_.rolling() ? week_ : served_week_; }
  Seed seed() const { return seed_; }
  const TrainingLog& log() const { return log_; }
  const SkewMonitor& skew() const { return skew_; }
  const PositionBias& position_bias() const { return position_; }
  const std::vector<NightlyValidation>& validations() const { return validations_; }  // a night each, since the first model
  const std::vector<ModelRecord>& lineage() const { return lineage_; }                // every training, in order
  const HeadSet& heads() const { return wanted_; }
  bool ranks() const { return ranks_; }               // somebody's objective asks for a head: else nobody needs features
  std::uint32_t version() const { return version_; }  // of the feature snapshot: moves every night
  void visit_state(State& s);

 private:
  bool reads_features() const { return ranks_ || idle_.empty(); }
  bool reads_log() const;
  void observe(std::span<const Interaction> batch, Catalog catalog);
  void train(SimTime now, Catalog catalog);
  void update(SimTime now);
  void teach(Models& models, SimTime now, Catalog catalog);
  SlotTreatment slot_treatment() const;
  void publish_week();
  // Batch features of a page's item by the training definition; false when the night that served it is no longer known.
  bool recompute(const Interaction& page, const ItemFacts& item, float* out) const;

  TrainingParams training_;
  Seed seed_;
  HeadSet wanted_{true};  // the click at least
  bool ranks_ = false;
  std::vector<bool> idle_;  // by source; empty: none is
  ItemStats stats_;
  WindowParams window_;
  WeekCounters counters_;
  // By the training definition: of this version and of the one before, which pages still running were served with. By the
  // serving definition, when that is another.
  WeekSnapshot week_, last_week_, served_week_;
  ItemFeatureCache items_;
  SkewMonitor skew_;
  TrainingLog log_;
  PositionBias position_;
  Settings settings_;
  Models live_;
  std::optional<Models> candidate_;  // trained, and not live yet
  Release release_;
  std::uint32_t versions_ = 0;  // of models, handed out
  std::vector<NightlyValidation> validations_;
  std::vector<ModelRecord> lineage_;
  std::vector<std::uint32_t> cells_;
  std::int64_t nights_ = 0;  // training instants that have passed
  std::int64_t midnights_ = 0;
  std::int64_t online_ = 0;           // online instants that have passed
  std::uint64_t validated_ = 0;       // rows of the log as the last night left it
  std::uint64_t taught_ = 0;          // rows that the live ranker has been taught
  std::vector<HeadValues> foreseen_;  // predictions of rows from validated_ on, made before they were taught
  std::uint32_t version_ = 0;
};

}  // namespace feedloop
