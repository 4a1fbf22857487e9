// A policy acts last: it draws the slate, slot by slot, from the eligible candidates, and logs what it drew from. It never
// sees the world's truth. choose() is const and runs on any number of threads; learn() runs between epochs.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "base/random.hpp"
#include "base/registry.hpp"
#include "base/state.hpp"

namespace feedloop {

class Policy {
 public:
  virtual ~Policy() = default;
  // Fills min(ranking.slots, candidates) slots, no item twice, each with a candidate that the rules of the slate admit after
  // the earlier slots (base/slate_rules.hpp), and logs the level at which they do. Every slot's propensity is that of the
  // distribution drawn from, given the earlier slots; its marginal is P(this item at this slot) over all draws. `rng` is the
  // request's own.
  virtual Slate choose(const Ranking& ranking, const Request& request, Rng rng) const = 0;
  virtual void learn(std::span<const Interaction>) {}
  virtual void visit_state(State&) {}
};

using PolicyEntry = RegistryEntry<Policy>;  // parameters under policy.<name>
std::span<const PolicyEntry> policy_registry();

struct PolicyParams {
  std::string name = "greedy";
  void describe(Describe& d);  // all of policy.*
};

std::unique_ptr<Policy> make_policy(const Settings& settings);

// The candidate as a slot, with propensity 1.
Slot slot_of(const Candidate& candidate);

}  // namespace feedloop
