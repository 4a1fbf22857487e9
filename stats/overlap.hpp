// How much of what they see do users share: homogenisation is a rise of the mean (Chaney, Stewart & Engelhardt 2018, "How
// algorithmic confounding in recommendation systems increases homogeneity and decreases utility").
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace feedloop {

// |A and B| / |A or B| (Jaccard 1912), in [0, 1]. Order and repetition of ids do not matter. Two empty sets give NaN.
double jaccard(std::span<const std::int64_t> a, std::span<const std::int64_t> b);

// Mean Jaccard index over pairs of lists, by their indices: all pairs of few users, a random sample of pairs of many. Pairs of
// two empty lists are left out; NaN when that leaves none. Requires: indices below lists.size().
double mean_jaccard(std::span<const std::vector<std::int64_t>> lists,
                    std::span<const std::pair<std::size_t, std::size_t>> pairs);

}  // namespace feedloop
