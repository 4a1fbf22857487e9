#include "experiment/interleaving.hpp"

#include <algorithm>
#include <array>

namespace feedloop {

std::vector<Pick> team_draft(std::span<const ItemId> control, std::span<const ItemId> treatment, std::size_t slots, Rng rng) {
  const std::array slates{control, treatment};
  std::array<std::size_t, 2> next{};
  std::vector<Pick> picks;
  std::vector<ItemId> shown;
  const auto pick = [&](std::size_t team) {
    const auto& slate = slates[team];
    std::size_t& place = next[team];
    while (place < slate.size() && std::ranges::find(shown, slate[place]) != shown.end()) ++place;
    if (place == slate.size() || picks.size() == slots) return;
    shown.push_back(slate[place]);
    picks.push_back({team == 1, place++});
  };
  for (std::size_t before = SIZE_MAX; picks.size() < slots && picks.size() != before;) {
    before = picks.size();
    const std::size_t first = rng() & 1u;
    pick(first);
    pick(1 - first);
  }
  return picks;
}

void InterleavingTable::add(const Interaction& page) {
  ++pages_;
  const std::size_t user = page.request.user.index();
  for (std::size_t k = 0; k < page.outcome.slots.size(); ++k)
    if (page.outcome.slots[k].clicked) ++((page.team >> k & 1u) != 0 ? treatment_ : control_)[user];
}

RatioMoments InterleavingTable::moments() const {
  RatioMoments out;
  for (std::size_t u = 0; u < control_.size(); ++u)
    if (const std::int64_t clicks = control_[u] + treatment_[u]; clicks > 0)
      out.add(static_cast<double>(treatment_[u]), static_cast<double>(clicks));
  return out;
}

std::int64_t InterleavingTable::users() const { return moments().n; }

}  // namespace feedloop
