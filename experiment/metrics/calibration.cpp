#include "experiment/metrics/calibration.hpp"

#include <algorithm>
#include <cmath>

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

void PredictionSums::add(const Interaction& page) {
  for (std::size_t k = 0; k < page.slate.slots.size(); ++k) {
    const auto p = predicted_click(page.slate.slots[k]);
    if (!p) continue;
    const bool clicked = page.outcome.slots[k].clicked;
    scores_.add(std::clamp(*p, 1e-6, 1 - 1e-6), clicked);
    const std::size_t bin = std::min(static_cast<std::size_t>(*p * kBins), kBins - 1);
    predicted_[bin] += *p;
    observed_[bin] += clicked;
  }
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
       "Log loss of the predicted click probabilities / entropy of the share of clicks: below 1 they say more than that "
       "share."},
      {"click_calibration_error", "Calibration error of click predictions", "", 1, 4, Direction::LowerIsBetter,
       "Mean over impressions of |predicted - observed share of clicks| of their bin, of 20 on [0, 1]."}};
  for (MetricInfo& m : infos) {
    m.unit_of_analysis = "impression";
    m.of_variant = true;
  }
  return infos;
}

}  // namespace feedloop
