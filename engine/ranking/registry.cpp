#include <array>

#include "engine/ranking/gradient_boosting.hpp"
#include "engine/ranking/logistic.hpp"
#include "engine/ranking/neural.hpp"
#include "engine/ranking/scorer.hpp"

namespace feedloop {

std::span<const ScorerEntry> scorer_registry() {
  static constexpr std::array table{registry_entry<Scorer, Logistic>(), registry_entry<Scorer, GradientBoosting>(),
                                    registry_entry<Scorer, MultiTaskMlp>(), registry_entry<Scorer, WideAndDeep>()};
  return table;
}

void RankingParams::describe(Describe& d) {
  d.text("scorer", scorer, names_of(scorer_registry()), "Model that predicts the heads.");
}

}  // namespace feedloop
