// Maximal marginal relevance (Carbonell & Goldstein 1998, eq. 1): each slot takes the candidate with the best
// lambda * relevance - (1 - lambda) * largest similarity to what the slate holds. Relevance is the score scaled to [0, 1] over
// the candidates; similarity is the cosine of content.
#pragma once

#include <vector>

#include "base/catalog.hpp"
#include "base/interaction.hpp"

namespace feedloop {

// Moves the picks to the front, in order; the rest stays in order of score. Ties go to the better score, then the lower id.
// Requires: candidates are in order of score, best first.
void rerank_mmr(std::vector<Candidate>& candidates, Catalog catalog, std::size_t slots, double lambda);

}  // namespace feedloop
