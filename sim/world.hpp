// The synthetic world: who comes when, and how they react to a slate. Immutable but for the UserState passed in, so
// households run side by side. Only `experiment` may see both a World and a Recommender.
#pragma once

#include <optional>
#include <vector>

#include "base/interaction.hpp"
#include "base/random.hpp"
#include "sim/category_mix.hpp"
#include "sim/choice.hpp"
#include "sim/item_supply.hpp"
#include "sim/params.hpp"
#include "sim/population.hpp"
#include "sim/user_state.hpp"
#include "sim/visits.hpp"

namespace feedloop {

// Rows for a calibrated world; empty = generated.
struct WorldTables {
  std::vector<ItemRow> items;
  std::vector<UserRow> users;
};

class World {
 public:
  // Nothing happens at or after `horizon`. Throws Error as read_week() does.
  World(const WorldParams& params, Seed seed, SimTime horizon, const WorldTables& tables = {});

  const Population& population() const { return population_; }
  std::span<const ItemFacts> all_items() const { return supply_.facts; }
  Catalog catalog(SimTime now) const;  // the items uploaded by now
  SimTime horizon() const { return horizon_; }

  UserState initial_state(UserId user) const;  // with the first visit scheduled
  // The user's pending page, when it lies before `until`.
  std::optional<Request> next(const UserState& state, UserId user, SimTime until) const;
  // A request of this user at any time, without an id or a page.
  Request request_of(UserId user, SimTime time) const;
  // Somebody passed plays of this page on: they wait in the inboxes of those who hear of it. Between epochs, in canonical
  // order.
  void pass_on(std::span<UserState> users, const Interaction& page) const;
  // Reacts to the page, changes the user's state, and schedules what comes next. Requires: `request` came from next().
  Outcome respond(UserState& state, const Request& request, const Slate& slate) const;

  // Truth, for oracles and tests only. The user's state as a page of this time would meet it.
  UserState state_at(UserState state, UserId user, SimTime now) const;
  // Click and watch of one slot given it is examined, at the user's state.
  double click_probability(const UserState& state, UserId user, ItemId item, SimTime now) const;
  double expected_value(const UserState& state, UserId user, ItemId item, SimTime now) const;  // E[watched ms | examined]
  // What the user would feel on consuming the item (docs/WORLD.md, r).
  double relevance(const UserState& state, UserId user, ItemId item, SimTime now) const;
  const ItemTruth& truth(ItemId item) const { return supply_.truth[item.index()]; }
  const AffinityScale& affinity_scale() const { return scale_; }
  const CategoryMixes& mixes() const { return mixes_; }
  std::span<const Latent> centres() const { return supply_.centres; }
  std::optional<ItemId> hit() const { return supply_.hit; }
  SimTime hit_at() const { return supply_.hit_at; }  // when it goes viral, for viral_time()
  Duration viral_time() const { return from_seconds(params_.items.viral_hours * 3600); }
  ItemId bot_target() const { return bot_target_; }

 private:
  Pull pull_of(const UserState& state, UserId user, ItemId item, SimTime now, double novelty = 0) const;
  void live_to(UserState& state, const UserTraits& user, SimTime now) const;
  bool linked_to_hit(const Request& request) const;  // the visit begins with it
  Outcome respond_as_bot(UserState& state, const UserTraits& bot, const Request& request, const Slate& slate) const;
  // What a user does with an item before their eyes; absent when they pass it by.
  std::optional<SlotOutcome> react(UserState& state, const UserTraits& user, const Request& request, ItemId item,
                                   double novelty, double& relevance) const;
  void schedule_bot(UserState& state, const UserTraits& bot, SimTime from) const;
  void schedule(UserState& state, const UserTraits& user, SimTime from) const;
  void begin_visit(UserState& state, const UserTraits& user, SimTime t, std::int64_t local_day, std::uint32_t candidate) const;

  WorldParams params_;
  Seed seed_;
  SimTime horizon_;
  ItemSupply supply_;
  Population population_;
  CategoryMixes mixes_;
  AffinityScale scale_;
  MeasuredWeek week_;
  ItemId bot_target_;
};

}  // namespace feedloop
