// Counts made comparable: how many items were shown at all, or how evenly, depends on how many impressions there were, so the
// larger side of a comparison is thinned to the size of the smaller (Hurlbert 1971, "The nonconcept of species diversity").
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"

namespace feedloop {

// Keeps each counted thing with probability `kept`, independently: the total becomes kept times what it was, give or take the
// root of that. Takes time in proportion to the counts times the smaller of kept and 1 - kept. Requires: counts >= 0, kept in
// [0, 1].
std::vector<std::int64_t> thinned(std::span<const std::int64_t> counts, double kept, Rng rng);

}  // namespace feedloop
