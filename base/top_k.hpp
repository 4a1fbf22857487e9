// The k largest of n, in order. Ties end in the id, so the order is total.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/ids.hpp"

namespace feedloop {

struct Scored {
  ItemId item;
  float score = 0;
};

// Higher score first; of equal scores, the lower id.
constexpr bool ranks_before(const Scored& a, const Scored& b) {
  return a.score != b.score ? a.score > b.score : a.item < b.item;
}

// Keeps the first k of the total order, sorted. Requires: scores are not NaN.
inline void keep_top_k(std::vector<Scored>& v, std::size_t k) {
  if (v.size() > k) {
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(k), v.end(), ranks_before);
    v.resize(k);
  }
  std::sort(v.begin(), v.end(), ranks_before);
}

}  // namespace feedloop
