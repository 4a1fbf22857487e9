#include <array>

#include "base/registry.hpp"
#include "engine/ranking/logistic.hpp"
#include "engine/ranking/scorer.hpp"

namespace feedloop {
namespace {

template <class T>
constexpr ScorerEntry scorer_entry() {
  return {T::kName, T::kDoc,
          [](Describe& d) {
            typename T::Params p;
            d.group(T::kName, p);
          },
          [](const Settings& s) -> std::unique_ptr<Scorer> {
            return std::make_unique<T>(s.read<typename T::Params>(std::string("engine.ranking.") + std::string(T::kName)));
          }};
}

}  // namespace

std::span<const ScorerEntry> scorer_registry() {
  static constexpr std::array table{scorer_entry<Logistic>()};
  return table;
}

void RankingParams::describe(Describe& d) {
  d.text("scorer", scorer, names_of(scorer_registry()), "Model that predicts the heads.");
}

}  // namespace feedloop
