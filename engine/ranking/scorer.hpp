// A scorer predicts every head for rows of features. Const while serving; trained at night, and between nights by those that
// can.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>

#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "base/registry.hpp"
#include "base/state.hpp"
#include "engine/training_log.hpp"

namespace feedloop {

struct ScoringInput {
  std::span<const float> rows;  // row-major
  int width = 0;                // of a row
  int shared = 0;               // leading columns that are the same in all rows: the user's and the context's
  HeadSet wanted{};
};

struct TrainingInput {
  const TrainingLog& log;
  HeadSet wanted = kAllHeads;  // heads that somebody's objective asks for
  Seed seed = {};
  SlotTreatment slots = {};
};

class Scorer {
 public:
  virtual ~Scorer() = default;
  // False until the first training: then score() must not be called.
  virtual bool ready() const = 0;
  // Fills candidate.heads, of the heads asked for, from row candidate.row.
  virtual void score(const ScoringInput& in, std::span<Candidate> candidates) const = 0;
  // Mean label of each head in the training data; positive.
  virtual HeadValues mean_rates() const = 0;
  virtual void train(const TrainingInput& in) = 0;
  // Near-real-time: learns from rows [first, in.log.rows().size()), which came in since it last learned, in addition to what it
  // knows. Heads that no night has trained and mean rates stay as they are. False when nothing changed, as in a scorer that
  // learns at night only. Requires: ready().
  virtual bool update(const TrainingInput& /*in*/, std::size_t /*first*/) { return false; }
  virtual void visit_state(State& s) = 0;
};

using ScorerEntry = RegistryEntry<Scorer>;  // parameters under engine.ranking.<name>
std::span<const ScorerEntry> scorer_registry();

struct RankingParams {
  std::string scorer = "logistic";
  void describe(Describe& d);
};

}  // namespace feedloop
