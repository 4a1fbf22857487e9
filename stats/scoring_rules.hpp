// How good predicted probabilities of an event were. Log loss and Brier score are proper: honest probabilities minimise them
// (Gneiting & Raftery 2007, "Strictly proper scoring rules, prediction, and estimation", sec. 3). Sums that merge, so that any
// part of the data may be scored anywhere. Plain data: the empty summary is all zeros.
#pragma once

#include <cstdint>

namespace feedloop {

struct ForecastScores {
  std::int64_t n = 0, events = 0;
  double losses = 0, squares = 0, predicted = 0;  // sums of -ln p(what happened), (p - y)^2 and p

  void add(double p, bool happened);  // Requires: 0 <= p <= 1
  ForecastScores merged(const ForecastScores& other) const;

  // NaN without predictions.
  double log_loss() const;  // mean, in nats; infinite once what was called impossible happened: clip predictions beforehand
  double brier() const;     // mean squared error (Brier 1950)
  // Log loss over that of always predicting the base rate (He et al. 2014, "Practical lessons from predicting clicks on ads at
  // Facebook", eq. 1): below 1 when predictions say anything. NaN when the event happened always or never.
  double normalised_entropy() const;
  double calibration_ratio()
      const;  // events expected over events seen: above 1 is too confident of them. NaN when none was seen
};

}  // namespace feedloop
