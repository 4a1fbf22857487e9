#include "policies/greedy.hpp"

#include "policies/slot_draw.hpp"

namespace feedloop {
namespace {

struct Best {
  std::size_t draw(Rng&, std::span<const std::uint16_t>) const { return 0; }
  double propensity(std::span<const std::uint16_t>, std::size_t i) const { return i == 0 ? 1 : 0; }
};

}  // namespace

Slate Greedy::choose(const Ranking& ranking, const Request&, Rng rng) const {
  static thread_local SlateRules rules;
  Slate slate = draw_slate(ranking, Best{}, rng, rules);
  for (Slot& slot : slate.slots) slot.action_set = 1;  // nothing else could have stood there
  return slate;
}

}  // namespace feedloop
