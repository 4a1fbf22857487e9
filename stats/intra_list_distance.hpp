// How unlike each other the items of one list are: the mean distance over its pairs (Ziegler et al. 2005, "Improving
// recommendation lists through topic diversification", as a distance; Vargas & Castells 2011). Fix which vectors:
// distances of content, of learned and of true vectors are three metrics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace feedloop {

enum class Distance : std::uint8_t {
  Cosine,     // 1 - cosine, in [0, 2]; a vector of zeros has none, and the result is NaN
  Euclidean,  // root of the sum of squared differences
  Cityblock,  // sum of absolute differences
};

// rows: the items' vectors one after another, `dims` numbers each. Fewer than two items give NaN.
// Requires: dims > 0, rows.size() a multiple of it, finite numbers. Cosine takes time linear in the list, the others quadratic.
double intra_list_distance(std::span<const double> rows, std::size_t dims, Distance distance);

}  // namespace feedloop
