// A scorer predicts every head's probability for rows of features. Const while serving; trained nightly.
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

class Scorer {
 public:
  virtual ~Scorer() = default;
  // False until the first training: then score() must not be called.
  virtual bool ready() const = 0;
  // Fills candidate.heads from row candidate.row of `rows` (row-major, `width` a row).
  virtual void score(std::span<const float> rows, int width, std::span<Candidate> candidates) const = 0;
  // Mean label of each head in the training data, in the order of Head; positive.
  virtual std::array<float, kHeads> mean_rates() const = 0;
  virtual void train(const TrainingLog& log) = 0;
  virtual void visit_state(State& s) = 0;
};

using ScorerEntry = RegistryEntry<Scorer>;  // parameters under engine.ranking.<name>
std::span<const ScorerEntry> scorer_registry();

struct RankingParams {
  std::string scorer = "logistic";
  void describe(Describe& d);
};

}  // namespace feedloop
