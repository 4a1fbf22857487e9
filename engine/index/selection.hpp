// Choosing the best of many scores without sorting the many. Once scoring is vectorised, nth_element and std::sort cost
// several times what the products do; counting in buckets and a radix sort have no branches to mispredict.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/top_k.hpp"

namespace feedloop {

// A value that scores of a total weight of at least k reach, and, unless scores are crowded within a 500th of their range,
// few more: never above the k-th best. Without weights each score weighs 1. Scores that are NaN count for nothing.
// Minus infinity when the total weight is at most k, or a score is infinite.
float score_floor(std::span<const float> scores, std::size_t k, std::span<const std::uint32_t> weights = {});

// Appends the k best of `scored` to `out`, best first (ranks_before). The result is that of keep_top_k; `scored` is left in
// any order. Requires: no score is NaN.
void append_best(std::vector<Scored>& scored, std::size_t k, std::vector<Scored>& out);

}  // namespace feedloop
