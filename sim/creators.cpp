#include "sim/creators.hpp"

#include <algorithm>
#include <numeric>

namespace feedloop {

Creators::Creators(double floor, std::span<const ItemFacts> all_items) : floor_(floor) {
  if (!may_leave()) return;
  for (const ItemFacts& item : all_items) {
    of_item_.push_back(item.creator);
    if (first_upload_.size() <= item.creator.index()) first_upload_.resize(item.creator.index() + 1, kNever);
    SimTime& first = first_upload_[item.creator.index()];
    first = std::min(first, item.uploaded);
  }
  counts_.resize(first_upload_.size());
  left_.resize(first_upload_.size(), kNever);
}

void Creators::observe(std::span<const Interaction> pages) {
  if (!may_leave()) return;
  for (const Interaction& page : pages)
    for (const Slot& slot : page.slate.slots) ++counts_[of_item_[slot.item.index()].index()][days_ % kDays];
}

void Creators::end_day(SimTime now) {
  if (!may_leave()) return;
  ++days_;
  for (std::size_t c = 0; c < left_.size(); ++c) {
    if (days_ >= kDays && left_[c] == kNever && now - first_upload_[c] >= kDay * static_cast<std::int64_t>(kDays) &&
        static_cast<double>(impressions(CreatorId{c})) < floor_)
      left_[c] = now;
    counts_[c][days_ % kDays] = 0;
  }
}

std::int64_t Creators::left_by(SimTime now) const {
  return std::count_if(left_.begin(), left_.end(), [&](SimTime t) { return t <= now; });
}

std::int64_t Creators::impressions(CreatorId creator) const {
  const auto& days = counts_[creator.index()];
  return std::accumulate(days.begin(), days.end(), std::int64_t{0});
}

}  // namespace feedloop
