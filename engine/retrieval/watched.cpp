#include "engine/retrieval/watched.hpp"

#include <algorithm>
#include <cmath>

namespace feedloop {

RecentlyWatched::RecentlyWatched(const OnlineFeatures& user, std::int64_t plays, double recency) {
  const int n = static_cast<int>(std::min<std::int64_t>(user.history_size(), plays));
  for (int i = 0; i < n; ++i) {
    const HistoryEntry& h = user.recent(i);
    const float weight = h.value * std::pow(1.0f + static_cast<float>(i), static_cast<float>(-recency));
    if (!(weight > 0)) continue;
    const auto end = items_.begin() + static_cast<std::ptrdiff_t>(count_);
    const auto known = std::find_if(items_.begin(), end, [&](const Watched& w) { return w.item == h.item; });
    if (known != end)
      known->weight += weight;
    else
      items_[count_++] = {h.item, weight};
  }
}

}  // namespace feedloop
