// Calibrated re-ranking (Steck 2018, "Calibrated recommendations", eqs. 5 to 7): the categories of a slate should be spread as
// those of the user's history. Each slot takes, of the candidates that the rules of the slate admit, the one with the best
// (1 - lambda) * relevance - lambda * KL(history || slate with it), the greedy maximisation of eq. 7.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/slate_rules.hpp"
#include "engine/online_features.hpp"

namespace feedloop {

using CategoryShares = std::array<double, kFeatureCategories>;  // sums to 1

// Decayed clicks by category plus `smoothing` clicks spread evenly over the categories of the candidates; those alone for a
// user who never clicked. Requires: candidates is not empty.
CategoryShares category_taste(const OnlineFeatures& user, std::span<const Candidate> candidates, double smoothing);

// KL(taste || (1 - a) * shares of the counts + a * taste) in nats, a = 0.01 (eq. 6), so that it is finite. The counts are of
// items by category. Requires: a count is positive.
double miscalibration(const CategoryShares& taste, std::span<const int, kFeatureCategories> counts);

struct CalibratedProblem {
  std::span<const float> relevance;  // by candidate, in [0, 1]
  std::span<const Candidate> candidates;
  CategoryShares taste;
  std::size_t slots = 0;
  double lambda = 0.5;
};

// Appends the positions of the picks, in order; ties go to the lower position. `rules` holds the same candidates, none
// taken; the picks are taken from it.
void pick_calibrated(const CalibratedProblem& problem, SlateRules& rules, std::vector<std::uint16_t>& picks);

}  // namespace feedloop
