// Maximal marginal relevance (Carbonell & Goldstein 1998, eq. 1): each slot takes, of the candidates that the rules of the
// slate admit, the one with the best lambda * relevance - (1 - lambda) * largest similarity to what the slate holds.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/slate_rules.hpp"

namespace feedloop {

struct MmrProblem {
  std::span<const float> relevance;    // by candidate, best first; no NaN
  std::span<const float* const> rows;  // by candidate: a vector of `dims`, of unit length where similarity is the cosine
  std::size_t dims = 0, slots = 0;
  float lambda = 1;
};

// Appends the positions of the picks, in order; ties go to the better relevance, then the lower position. `rules` holds the
// same candidates, none taken; the picks are taken from it.
void pick_mmr(const MmrProblem& problem, SlateRules& rules, std::vector<std::uint16_t>& picks);
// The same picks, one candidate and one dimension after the other.
void pick_mmr_scalar(const MmrProblem& problem, SlateRules& rules, std::vector<std::uint16_t>& picks);

}  // namespace feedloop
