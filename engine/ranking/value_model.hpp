// From heads to one score: a weighted sum of predictions over their means, so that minutes and probabilities can be added and
// a rare head's weight means as much as a common one's.
#pragma once

#include <array>
#include <span>

#include "engine/params.hpp"
#include "engine/ranking/heads.hpp"

namespace feedloop {

// The heads whose predictions the objective needs; the click is always logged.
HeadSet heads_of(const ValueParams& params);

// Fills candidate.score. Requires: mean rates are positive.
void value_candidates(const ValueParams& params, const HeadValues& mean_rates, std::span<Candidate> candidates);

}  // namespace feedloop
