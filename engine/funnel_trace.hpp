// What one request met on its way through a recommender, kept for a person who asks why an item was shown. Filled by
// Recommender::recommend where one is given; the ranking is the same with and without.
#pragma once

#include <cstdint>
#include <vector>

#include "base/interaction.hpp"
#include "base/top_k.hpp"

namespace feedloop {

struct FunnelTrace {
  struct Nomination {
    std::size_t source = 0;  // place in the registry
    std::size_t asked = 0;
    std::vector<Scored> items;  // best first
  };
  std::vector<Nomination> nominations;  // by source that was asked
  std::vector<Candidate> candidates;    // that may be shown, with heads and value, in the order in which they were admitted
  std::vector<Candidate> kept;          // after boosts, best first: what re-ranking read
  std::vector<Candidate> reranked;      // the ranking's
  Cohort cohort = Cohort::Warm;
};

}  // namespace feedloop
