// One user: fixed traits, drawn once from keyed streams, and the state that consuming changes (docs/WORLD.md).
#pragma once

#include <array>
#include <vector>

#include "base/ids.hpp"
#include "base/state.hpp"
#include "base/time.hpp"
#include "sim/habit.hpp"
#include "sim/params.hpp"
#include "sim/sample_table.hpp"

namespace feedloop {

struct UserTraits {
  UserId id;
  HouseholdId household;
  SimTime joined;         // before 0 for users alive at time 0
  bool newcomer = false;  // arrives during the run
  bool bot = false;
  std::int32_t utc_offset_h = 0;
  std::uint8_t country = 0, device = 0, age_bucket = 0;
  std::uint32_t onboarding = 0;  // bit c: picked category c at sign-up; 0 = did not answer
  double activity = 0;           // a_u, sessions/day
  double susceptibility = 1;     // kappa_u
  double frailty = 0;            // N_u
  Latent anchor{};               // taste at the start
};

// Everything about a user that changes. Owned by the user's household; plain values.
struct UserState {
  Latent taste{};
  Latent anchor{};                              // taste is pulled back to it; new interests move it, what is consumed does not
  double satisfaction = 0;                      // S in (-1, 1)
  double trust = 0;                             // T in (-1, 1)
  std::array<float, kMaxCategories> fatigue{};  // F_c, as of `as_of`
  std::vector<float> aversion;                  // by category, logits, as of `as_of`; empty: none, as for most
  SimTime as_of;
  Habit habit{};                  // what the user's pages have been like
  std::int32_t interest_day = 0;  // last local day whose new interests are in
  std::int32_t new_interest_day = INT32_MIN;
  std::uint8_t new_interest = 0;  // category of the last one; Requires: new_interest_day is a day
  std::vector<ItemId> inbox;      // passed on to the user, oldest first, not yet looked at
  SimTime last_visit;             // start of the last visit; `joined` before the first
  bool churned = false;
  std::int32_t scanned_day = INT32_MIN;  // last local day whose churn draw was made

  // The pending page.
  SimTime next_time = kNever;
  std::uint32_t day = 0, candidate = 0, page = 0;  // its key: local day + 1, candidate visit of that day, page
  double budget_left_min = 0;                      // of the running visit
  std::int64_t visits = 0;

  float aversion_to(int category) const { return aversion.empty() ? 0 : aversion[static_cast<std::size_t>(category)]; }

  void visit_state(State& s) {
    s(taste);
    s(anchor);
    s(satisfaction);
    s(trust);
    s(fatigue);
    s(aversion);
    s(as_of);
    s(habit);
    s(interest_day);
    s(new_interest_day);
    s(new_interest);
    s(inbox);
    s(last_visit);
    s(churned);
    s(scanned_day);
    s(next_time);
    s(day);
    s(candidate);
    s(page);
    s(budget_left_min);
    s(visits);
  }
};

constexpr std::size_t kMaxInbox = 8;

// Fatigue and aversion decay with elapsed time, all categories alike, and satisfaction and trust where they have a half-life.
void pass_time(UserState& u, SimTime now, const DynamicsParams& p);

// What consuming an item of relevance r does to its consumer (docs/WORLD.md). Requires: pass_time() ran for this instant.
void consume(UserState& u, const Latent& item, int category, double relevance, bool dismissed, const DynamicsParams& p);

}  // namespace feedloop
