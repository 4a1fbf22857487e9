// Rankings and pages of a slot or a few, for the tests of single policies.
#pragma once

#include <vector>

#include "base/interaction.hpp"
#include "base/random.hpp"

namespace feedloop {

// Items 0..n-1 in order of rank, each with a row of its own, of which the ranker predicts nothing.
inline Ranking plain_ranking(std::uint64_t n, int slots = 1) {
  Ranking r;
  r.slots = slots;
  for (std::uint64_t i = 0; i < n; ++i) {
    Candidate& c = r.candidates.emplace_back();
    c.item = ItemId{i};
    c.row = static_cast<std::uint16_t>(i);
  }
  return r;
}

// `times` pages of one slot that was seen and held this item, the first `clicks` of them clicked.
inline std::vector<Interaction> shown(std::uint64_t item, int times, int clicks, std::vector<float> row = {}) {
  std::vector<Interaction> pages;
  for (int n = 0; n < times; ++n) {
    Interaction& page = pages.emplace_back();
    page.request.id = RequestId::make(UserId{item}, 1, static_cast<std::uint32_t>(n), 0);
    page.slate.slots.emplace_back().item = ItemId{item};
    SlotOutcome& outcome = page.outcome.slots.emplace_back();
    outcome.seen = true;
    outcome.clicked = n < clicks;
    page.width = static_cast<int>(row.size());
    page.features = row;
  }
  return pages;
}

inline Rng luck(std::uint64_t n) { return stream({41}, Stream::Exploration, entity_key(n)); }

// The logged propensity of an item in the first slot: slates are drawn until one holds it there; 0 if none of 10,000 does.
template <class AnyPolicy>
double propensity_of(const AnyPolicy& policy, const Ranking& ranking, std::uint64_t item) {
  for (std::uint64_t n = 0; n < 10'000; ++n) {
    const Slate slate = policy.choose(ranking, {}, luck(n));
    if (slate.slots[0].item == ItemId{item}) return static_cast<double>(slate.slots[0].propensity);
  }
  return 0;
}

// The item that a policy without chance puts first.
template <class AnyPolicy>
std::uint32_t first_of(const AnyPolicy& policy, const Ranking& ranking) {
  return policy.choose(ranking, {}, luck(0)).slots[0].item.value;
}

}  // namespace feedloop
