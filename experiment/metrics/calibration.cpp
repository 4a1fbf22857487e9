#include "experiment/metrics/calibration.hpp"

#include <algorithm>
#include <cmath>

namespace feedloop {

std::optional<double> predicted_click(const Interaction& page) {
  if (page.slate.slots.empty()) return std::nullopt;
  const float p = page.slate.slots[0].heads[static_cast<std::size_t>(Head::Click)];
  return p > 0 ? std::optional(static_cast<double>(p)) : std::nullopt;
}

const Metric kClickCalibration{
    "click_calibration",
    "Predicted clicks per click",
    "",
    1,
    3,
    Direction::Neither,
    "Sum of predicted click probabilities / clicks, over first slots that had a prediction, which is "
    "for that slot: above 1 the ranker promised too much.",
    "click",
    [](UnitValue& v, const UnitContext&, const Interaction& page) {
      if (const auto p = predicted_click(page)) {
        v.num += *p;
        v.den += page.outcome.slots[0].clicked;
      }
    },
    [](const UnitValue& v, const UnitContext&) -> std::optional<UnitValue> { return v; }};

void PredictionSums::add(const Interaction& page) {
  const auto p = predicted_click(page);
  if (!p) return;
  const bool clicked = page.outcome.slots[0].clicked;
  scores_.add(std::clamp(*p, 1e-6, 1 - 1e-6), clicked);
  const std::size_t bin = std::min(static_cast<std::size_t>(*p * kBins), kBins - 1);
  predicted_[bin] += *p;
  observed_[bin] += clicked;
}

void PredictionSums::merge(const PredictionSums& other) {
  scores_ = scores_.merged(other.scores_);
  for (std::size_t b = 0; b < kBins; ++b) {
    predicted_[b] += other.predicted_[b];
    observed_[b] += other.observed_[b];
  }
}

double PredictionSums::calibration_error() const {
  if (scores_.n == 0) return kNoValue;
  double off = 0;
  for (std::size_t b = 0; b < kBins; ++b) off += std::abs(predicted_[b] - observed_[b]);
  return off / static_cast<double>(scores_.n);
}

std::vector<MetricInfo> prediction_infos() {
  std::vector<MetricInfo> infos{
      {"click_normalised_entropy", "Normalised entropy of click predictions", "", 1, 3, Direction::LowerIsBetter,
       "Log loss of the predicted click probabilities of first slots / entropy of the share of clicks there: below 1 they say "
       "more than that share."},
      {"click_calibration_error", "Calibration error of click predictions", "", 1, 4, Direction::LowerIsBetter,
       "Mean over first slots of the distance of predicted from observed clicks of their bin, of 20 on [0, 1]."}};
  for (MetricInfo& m : infos) {
    m.unit_of_analysis = "impression";
    m.of_variant = true;
  }
  return infos;
}

}  // namespace feedloop
