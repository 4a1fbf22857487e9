#include "experiment/evaluation/evaluation.hpp"

#include <array>

namespace feedloop {

std::span<const Evaluation> evaluation_registry() {
  static constexpr std::array kRows{
      Evaluation{"calibration", "each head's AUC, entropy, slope and reliability bins on days it has not seen",
                 evaluate_calibration},
  };
  return kRows;
}

Scenario with_seed(Scenario scenario, std::uint64_t seed) {
  scenario.settings.set("seed", static_cast<std::int64_t>(seed), {});
  return scenario;
}

}  // namespace feedloop
