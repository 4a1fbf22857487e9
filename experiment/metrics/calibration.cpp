#include "experiment/metrics/calibration.hpp"

namespace feedloop {

std::optional<double> predicted_click(const Slot& slot) {
  const float p = slot.heads[static_cast<std::size_t>(Head::Click)];
  return p > 0 ? std::optional(static_cast<double>(p)) : std::nullopt;
}

const Metric kClickCalibration{
    "click_calibration",
    "Predicted clicks per click",
    "",
    1,
    3,
    Direction::Neither,
    "Sum of predicted click probabilities / clicks, over impressions that had a prediction: above 1 the "
    "ranker promised too much.",
    "click",
    [](UnitValue& v, const UnitContext&, const Interaction& page) {
      for (std::size_t k = 0; k < page.slate.slots.size(); ++k)
        if (const auto p = predicted_click(page.slate.slots[k])) {
          v.num += *p;
          v.den += page.outcome.slots[k].clicked;
        }
    },
    [](const UnitValue& v, const UnitContext&) -> std::optional<UnitValue> { return v; }};

}  // namespace feedloop
