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
  bool operator==(const Scored&) const = default;
};

// Higher score first; of equal scores, the lower id. An object, not a function, so that sorts can inline it.
inline constexpr auto ranks_before = [](const Scored& a, const Scored& b) {
  return a.score != b.score ? a.score > b.score : a.item < b.item;
};

// Keeps the first k of the total order, sorted. Requires: scores are not NaN.
inline void keep_top_k(std::vector<Scored>& v, std::size_t k) {
  if (v.size() > k) {
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(k), v.end(), ranks_before);
    v.resize(k);
  }
  std::sort(v.begin(), v.end(), ranks_before);
}

// Collects the k best of a stream without keeping the rest: below a rising threshold nothing is stored. The result is that
// of keep_top_k on all that was added. Reusable: begin() forgets.
class TopK {
 public:
  void begin(std::size_t k) {
    k_ = k;
    best_.clear();
    full_ = false;
  }
  void add(ItemId item, float score) {
    if (full_ && score < threshold_) return;
    best_.push_back({item, score});
    if (best_.size() >= 2 * k_ + 16) shrink();
  }
  // Appends the k best, in order.
  void take(std::vector<Scored>& out) {
    keep_top_k(best_, k_);
    out.insert(out.end(), best_.begin(), best_.end());
  }

 private:
  void shrink() {
    if (k_ == 0) return best_.clear();
    std::nth_element(best_.begin(), best_.begin() + static_cast<std::ptrdiff_t>(k_ - 1), best_.end(), ranks_before);
    best_.resize(k_);
    threshold_ = best_[k_ - 1].score;
    full_ = true;
  }
  std::size_t k_ = 0;
  std::vector<Scored> best_;
  float threshold_ = 0;
  bool full_ = false;
};

}  // namespace feedloop
