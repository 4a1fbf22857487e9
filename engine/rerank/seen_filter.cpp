#include "engine/rerank/seen_filter.hpp"

#include <algorithm>

namespace feedloop {

void SeenFilter::begin(const OnlineFeatures& user, bool first_page, std::size_t items, std::size_t capacity) {
  if (stamp_.size() < items) {
    stamp_.resize(items, 0);
    position_.resize(items, 0);
  }
  if (++now_ == 0) {  // wrapped around: old stamps would look new
    std::fill(stamp_.begin(), stamp_.end(), 0);
    now_ = 1;
  }
  const auto mark = [&](ItemId item) {
    stamp_[item.index()] = now_;
    position_[item.index()] = kSeen;
  };
  const std::size_t n = user.consumed.size();
  for (std::size_t i = n > capacity ? n - capacity : 0; i < n; ++i) mark(user.consumed[i]);
  if (!first_page)
    for (const ItemId item : user.shown) mark(item);
}

bool SeenFilter::admit(ItemId item, std::uint16_t position) {
  if (stamp_[item.index()] == now_) return false;
  stamp_[item.index()] = now_;
  position_[item.index()] = position;
  return true;
}

int SeenFilter::position(ItemId item) const {
  return stamp_[item.index()] == now_ && position_[item.index()] != kSeen ? position_[item.index()] : -1;
}

}  // namespace feedloop
