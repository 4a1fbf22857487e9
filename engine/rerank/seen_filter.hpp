// Which items this user must not be shown now: what they clicked lately, and what this visit already showed. Also removes
// duplicates while candidates of many sources are merged.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/online_features.hpp"

namespace feedloop {

// Reusable over requests: begin() forgets in constant time.
class SeenFilter {
 public:
  // Of what the user consumed, the last `capacity` count.
  void begin(const OnlineFeatures& user, bool first_page, std::size_t items, std::size_t capacity = SIZE_MAX);
  // True the first time an item is asked about that is not seen; remembers where its candidate stands.
  bool admit(ItemId item, std::uint16_t position);
  // Position of an admitted item, or -1 when it is seen.
  int position(ItemId item) const;
  void prefetch(ItemId item) const {
    __builtin_prefetch(&stamp_[item.index()]);
    __builtin_prefetch(&position_[item.index()]);
  }

 private:
  static constexpr std::uint16_t kSeen = UINT16_MAX;
  std::vector<std::uint32_t> stamp_;
  std::vector<std::uint16_t> position_;
  std::uint32_t now_ = 0;
};

}  // namespace feedloop
