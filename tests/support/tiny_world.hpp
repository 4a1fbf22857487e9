// The smallest worlds that show an effect, and a way to live in them without a recommender.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/hash.hpp"
#include "sim/world.hpp"

namespace feedloop {

// Two-sided normal tail beyond 5: 6e-7. A check within kZ standard errors fails without cause that seldom.
constexpr double kZ = 5.0;

inline SimTime day(std::int64_t d) { return SimTime{0} + kDay * d; }  // when it begins

struct TinyWorld {
  WorldParams params = small();
  std::uint64_t seed = 7;
  double days = 5;

  World make() const { return {params, Seed{seed}, SimTime{0} + from_seconds(days * 86400)}; }

  static WorldParams small() {
    WorldParams p;
    p.population.users = 60;
    p.population.activity_median = 1.5;
    p.items.count = 80;
    p.items.categories = 5;
    return p;
  }
};

// A slate that depends on the request and the live catalogue only, no item twice.
inline Slate any_slate(const World& world, const Request& request, std::size_t size = 8) {
  const auto n = world.catalog(request.time).size();
  Slate slate;
  const std::uint64_t start = Hasher().add(request.id.value).value() % n;
  for (std::size_t k = 0; k < std::min(size, n); ++k) {
    Slot slot;
    slot.item = ItemId{(start + k) % n};
    slate.slots.push_back(slot);
  }
  return slate;
}

struct LivedPage {
  Request request;
  Slate slate;
  Outcome outcome;
};

// All pages of one user before `until`, from `state` on.
inline std::vector<LivedPage> live(const World& world, UserState& state, UserId user, SimTime until) {
  std::vector<LivedPage> pages;
  while (const auto request = world.next(state, user, until)) {
    Slate slate = any_slate(world, *request);
    Outcome outcome = world.respond(state, *request, slate);
    pages.push_back({*request, std::move(slate), std::move(outcome)});
  }
  return pages;
}

inline std::vector<LivedPage> live(const World& world, UserId user) {
  UserState state = world.initial_state(user);
  return live(world, state, user, world.horizon());
}

inline bool same_page(const LivedPage& a, const LivedPage& b) {
  if (a.request.id != b.request.id || a.request.time != b.request.time || a.outcome.end != b.outcome.end ||
      a.slate.slots.size() != b.slate.slots.size())
    return false;
  for (std::size_t k = 0; k < a.slate.slots.size(); ++k) {
    const SlotOutcome &x = a.outcome.slots[k], &y = b.outcome.slots[k];
    if (a.slate.slots[k].item != b.slate.slots[k].item || x.seen != y.seen || x.clicked != y.clicked ||
        x.watched_ms != y.watched_ms || x.liked != y.liked || x.dismissed != y.dismissed || x.rating != y.rating)
      return false;
  }
  return true;
}

inline bool same_life(const std::vector<LivedPage>& a, const std::vector<LivedPage>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same_page(a[i], b[i])) return false;
  return true;
}

}  // namespace feedloop
