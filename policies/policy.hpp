// A policy acts last: it draws the slate, slot by slot, from the eligible candidates, and logs what it drew from. It never
// sees the world's truth. choose() is const and runs on any number of threads; learn() runs between epochs.
//
// A policy gives a law (SlotLaw); drawing, the rules of the slate, the budget of exploration and the logging are here, once,
// for all of them.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <string_view>

#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "base/random.hpp"
#include "base/registry.hpp"
#include "base/state.hpp"

namespace feedloop {

// How the slots of one request are drawn. `admitted` are positions in Ranking::candidates in order of rank, at least one.
// Each slot draws anew, given only who is left, so a propensity needs no memory of the earlier draws.
class SlotLaw {
 public:
  virtual ~SlotLaw() = default;
  // An index into `admitted`.
  virtual std::size_t draw(Rng& rng, std::span<const std::uint16_t> admitted) const = 0;
  // P(draw gives i). A Monte-Carlo estimate of it must be positive for whatever draw() can give.
  virtual double propensity(std::span<const std::uint16_t> admitted, std::size_t i) const = 0;
  // Standard error of that propensity, which was estimated as p; 0 = exact.
  virtual double propensity_error(std::span<const std::uint16_t>, std::size_t, double) const { return 0; }
  // No chance is involved: propensities and marginals are 1, and nothing else could have stood in a slot.
  virtual bool certain() const { return false; }
  // Fills the slots' marginals where no rule of the slate can bind and every slot is drawn by this law; false = no closed form.
  virtual bool marginals(const Ranking&, Slate&) const { return false; }
};

// The budget of exploration (policy.explore.*). A slot is drawn
//   with probability new_item_share   uniformly from the admitted under-exposed items, if there are any; for sure in the
//                                     exposure slots, exposure_slots of them evenly apart
//   else with probability share       by the policy's law (cold users: cold_share; warm ones: warm_share, unless negative);
//   else                              the best of the re-ranked candidates that are left,
// and the logged propensity is that of the mixture. With the defaults every slot is the policy's.
struct ExploreParams {
  double share = 1, cold_share = 1, warm_share = -1, new_item_share = 0;
  std::int64_t exposure_slots = 0, marginal_draws = 8;
  void describe(Describe& d);
};

class Policy {
 public:
  virtual ~Policy() = default;
  // Fills min(ranking.slots, candidates) slots, no item twice, each with a candidate that the rules of the slate admit after
  // the earlier slots (base/slate_rules.hpp), and logs the level at which they do. Every slot's propensity is that of the
  // distribution drawn from, given the earlier slots; its marginal is P(this item at this slot) over all draws. Both declare
  // a standard error where they are Monte-Carlo. `rng` is the request's own.
  Slate choose(const Ranking& ranking, const Request& request, Rng rng) const;
  // The candidate that a page of one slot without rules would hold, with the same draw as choose(), for simulations of many
  // rounds: of what choose() logs only the propensity is worked out, and that only where the policy learns from it; else it
  // is 1. Requires: a candidate.
  Slot choose_one(const Ranking& ranking, const Request& request, Rng rng) const;
  // Pages that are over, in canonical order, in batches of any size; whichever variant served them.
  virtual void learn(std::span<const Interaction>) {}
  virtual void visit_state(State&) {}

  // Under-exposed items that must stand among the candidates, if there are so many, for the slots that are theirs.
  int new_items() const {
    return static_cast<int>(std::max<std::int64_t>(explore_.exposure_slots, explore_.new_item_share > 0 ? 1 : 0));
  }
  void set_explore(const ExploreParams& explore) { explore_ = explore; }

 protected:
  // The law of this request. What it points to must outlive the call of choose(), as the ranking does.
  virtual std::unique_ptr<SlotLaw> law(const Ranking& ranking, const Request& request, Rng& rng) const = 0;
  // Slates drawn to estimate marginals that have no closed form.
  virtual int marginal_draws() const { return static_cast<int>(explore_.marginal_draws); }
  // learn() reads the logged propensities.
  virtual bool learns_from_propensities() const { return false; }

 private:
  ExploreParams explore_;
};

using PolicyEntry = RegistryEntry<Policy>;  // parameters under policy.<name>
std::span<const PolicyEntry> policy_registry();

struct PolicyParams {
  std::string name = "greedy";
  ExploreParams explore;
  void describe(Describe& d);  // all of policy.*
};

std::unique_ptr<Policy> make_policy(const Settings& settings);

// The candidate as a slot, with propensity 1.
Slot slot_of(const Candidate& candidate);

}  // namespace feedloop
