// Whether the click probabilities that served the pages came true. A ranker predicts for the first slot, whatever slot an item
// then stands in (engine/ranking/heads.hpp), so predictions are held against what was clicked there.
#pragma once

#include <array>
#include <vector>

#include "experiment/metrics/metric.hpp"
#include "stats/scoring_rules.hpp"

namespace feedloop {

extern const Metric kClickCalibration;

// The predicted click probability of the page's first slot; absent when popularity answered, or no objective asked.
std::optional<double> predicted_click(const Interaction& page);

// All predictions of a group of pages. Sums merge.
class PredictionSums {
 public:
  void add(const Interaction& page);
  void merge(const PredictionSums& other);

  // Below 1 the predictions say more than the share of clicks alone (stats/scoring_rules.hpp).
  double normalised_entropy() const { return scores_.normalised_entropy(); }
  // Mean over first slots of |predicted - observed| of their bin, of 20 equally wide on [0, 1] (Naeini, Cooper & Hauskrecht
  // 2015, "Obtaining well calibrated probabilities using Bayesian binning", eq. 2). NaN without predictions.
  double calibration_error() const;

 private:
  static constexpr std::size_t kBins = 20;
  ForecastScores scores_;
  std::array<double, kBins> predicted_{}, observed_{};
};
std::vector<MetricInfo> prediction_infos();  // normalised entropy, calibration error

}  // namespace feedloop
