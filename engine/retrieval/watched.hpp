// The user's recent plays as weights: how loudly each watched item speaks for what is near to it, and which of them spoke
// loudest. Sources that nominate by what was watched share it, so that they name their seeds by what they nominated with.
#pragma once

#include <array>
#include <optional>

#include "base/ids.hpp"
#include "engine/online_features.hpp"

namespace feedloop {

struct Watched {
  ItemId item;
  float weight = 0;
};

class RecentlyWatched {
 public:
  // The last `plays` plays, newest first, an item once: the sum of value / (1 + plays since)^recency over its plays. Items
  // whose plays all went badly (value 0) are left out.
  RecentlyWatched(const OnlineFeatures& user, std::int64_t plays, double recency);

  const Watched* begin() const { return items_.data(); }
  const Watched* end() const { return items_.data() + count_; }
  bool empty() const { return count_ == 0; }

  // The item with the largest weight * nearness(item), when that is positive; of equal ones, the newer.
  template <class Nearness>
  std::optional<ItemId> loudest(Nearness nearness) const {
    std::optional<ItemId> best;
    float most = 0;
    for (const Watched& w : *this)
      if (const float x = w.weight * nearness(w.item); x > most) {
        most = x;
        best = w.item;
      }
    return best;
  }

 private:
  std::array<Watched, kHistory> items_;
  std::size_t count_ = 0;
};

}  // namespace feedloop
