#include "experiment/panel.hpp"

#include <algorithm>
#include <utility>

#include "base/hash.hpp"

namespace feedloop {
Panel::Panel(std::size_t units, std::size_t size) : place_(units, -1) {
  std::vector<std::pair<double, std::uint32_t>> drawn;
  for (std::size_t u = 0; u < units; ++u) {
    const double x = Hasher().add(std::string_view("panel")).add(u).unit();
    if (x * static_cast<double>(units) < static_cast<double>(size)) drawn.emplace_back(x, static_cast<std::uint32_t>(u));
  }
  std::sort(drawn.begin(), drawn.end());
  for (const auto& [x, unit] : drawn) {
    place_[unit] = static_cast<std::int32_t>(members_.size());
    members_.push_back(unit);
  }
  shown_.resize(members_.size());
}

void Panel::add(const Interaction& page) {
  const std::int32_t place = place_[page.request.user.index()];
  if (place < 0) return;
  auto& mine = shown_[static_cast<std::size_t>(place)];
  for (const Slot& slot : page.slate.slots) {
    const auto at = std::lower_bound(mine.begin(), mine.end(), std::int64_t{slot.item.value});
    if (at == mine.end() || *at != slot.item.value) mine.insert(at, slot.item.value);
  }
}

}  // namespace feedloop
