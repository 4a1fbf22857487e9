// From heads to one score: a weighted sum of predicted rates over their means, so that a rare head's weight means as much as
// a common one's.
#pragma once

#include <array>
#include <span>

#include "engine/params.hpp"

namespace feedloop {

// Fills candidate.score. Requires: mean rates are positive.
void value_candidates(const ValueParams& params, const std::array<float, kHeads>& mean_rates, std::span<Candidate> candidates);

}  // namespace feedloop
