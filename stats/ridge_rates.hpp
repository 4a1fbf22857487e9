// Expected rewards by ridge regression on one-hot features, fitted on cells: rows that share their features are one cell of
// `trials` rows whose rewards sum to `total`. For rewards in [0, 1] logistic, minimising the summed log-loss plus
// `ridge` times the sum of squared weights; otherwise linear, minimising half the squared error plus the same penalty. The
// intercept is not penalised. Newton's method with conjugate gradients inside, so thousands of features are no matter.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace feedloop {

struct RewardCells {
  std::size_t width = 0;                // features a cell
  std::vector<std::uint32_t> features;  // `width` a cell, each below the number of features
  std::vector<double> trials, total;    // by cell; totals within [0, trials] for the logistic link
};

class RidgeRates {
 public:
  enum class Link : std::uint8_t { Logistic, Linear };
  // Features that no cell has keep weight 0. No trials at all: predicts 0. Requires: ridge > 0.
  RidgeRates(const RewardCells& cells, std::size_t features, double ridge, Link link);

  double predict(std::span<const std::uint32_t> features) const;
  bool converged() const { return converged_; }

 private:
  Link link_;
  std::vector<double> weights_;  // the features', then the intercept
  bool empty_ = false, converged_ = false;
};

}  // namespace feedloop
