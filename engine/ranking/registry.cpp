#include <array>

#include "engine/ranking/logistic.hpp"
#include "engine/ranking/scorer.hpp"

namespace feedloop {

std::span<const ScorerEntry> scorer_registry() {
  static constexpr std::array table{registry_entry<Scorer, Logistic>()};
  return table;
}

void RankingParams::describe(Describe& d) {
  d.text("scorer", scorer, names_of(scorer_registry()), "Model that predicts the heads.");
}

}  // namespace feedloop
