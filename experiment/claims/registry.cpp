#include <array>

#include "experiment/claims/quantity.hpp"
#include "experiment/claims/report_quantities.hpp"

namespace feedloop {

std::span<const Quantity> quantity_registry() {
  static constexpr std::array table{
      Quantity{"metric", "A metric's value in the variant.", make_probe<MetricQuantity>, true},
      Quantity{"lift", "The experiment's estimate of the variant's lift of a metric.", make_probe<LiftQuantity>, true},
      Quantity{"true_effect", "What a launch of the variant to everybody would have changed of a metric.",
               make_probe<TrueEffectQuantity>, true, true},
  };
  return table;
}

}  // namespace feedloop
