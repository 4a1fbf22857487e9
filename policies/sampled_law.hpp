// Thompson sampling of a linear predictor that all candidates share: each slot draws the coefficients anew and takes the
// largest offset_i + x_i' theta. Who wins depends on all coordinates together, so propensities are Monte-Carlo: of M common
// draws, made once a request, in how many would it have won among who is left?
//
//   p = (1 + wins) / (1 + M)
//
// Counting the draw that was made keeps p positive, and makes 1 / p, which is what off-policy estimators use, right on average
// up to (1 - P)^(M + 1); p itself is high by (1 - P) / (M + 1) at most. Its error is that of the share.
#pragma once

#include <vector>

#include "policies/linear_model.hpp"
#include "policies/policy.hpp"

namespace feedloop {

class SampledLaw final : public SlotLaw {
 public:
  // `rows` has a row of model.dims() for each candidate, `offsets` a value. Takes two words of `rng` to key the common draws.
  // The model must outlive the law.
  SampledLaw(const LinearModel& model, double scale, std::vector<float> rows, std::vector<double> offsets, int draws, Rng& rng);
  std::size_t draw(Rng& rng, std::span<const std::uint16_t> admitted) const override;
  double propensity(std::span<const std::uint16_t> admitted, std::size_t i) const override;
  double propensity_error(std::span<const std::uint16_t> admitted, std::size_t i, double p) const override;

 private:
  void values(Rng& rng, double* out) const;

  const LinearModel& model_;
  double scale_;
  std::vector<float> rows_;
  std::vector<double> offsets_;
  int draws_;
  Rng common_;
  mutable std::vector<double> common_values_;  // draws x candidates, made when the first propensity is asked for
};

}  // namespace feedloop
