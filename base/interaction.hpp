// What crosses the wall between the world and the recommender: requests, ranked candidates, slates, outcomes.
// Nothing here tells the recommender what the world knows and a platform would not.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace feedloop {

// A user opens a page. The request's id keys every random draw about it.
struct Request {
  RequestId id;
  UserId user;
  HouseholdId household;
  SimTime time;
  std::int32_t utc_offset_h = 0;
  std::uint8_t country = 0;
  std::uint8_t device = 0;  // 0 mobile, 1 desktop, 2 TV
  std::uint8_t age_bucket = 0;
  std::uint8_t page = 0;         // 0-based within the visit; 0 begins a session
  std::uint8_t searched = 0;     // 1-based category that the user searched in just before this page; 0 = did not search
  std::uint32_t onboarding = 0;  // bit c: the user picked category c at sign-up; 0 = did not answer
};

// The ranker's heads, in the order of every array over heads.
enum class Head : std::uint8_t { Click, Completion, Watch, Like, Skip, Dismiss, Regret };
constexpr int kHeads = 7;
constexpr std::array<std::string_view, kHeads> kHeadNames{"click", "completion", "watch", "like", "skip", "dismiss", "regret"};

constexpr int kMaxSlate = 32;  // slots

// How well the recommender knows the user: nothing yet (or not for a long time), a little, enough.
enum class Cohort : std::uint8_t { Cold, Cool, Warm };

// What the rules of a slate read of an item.
struct ItemTraits {
  CategoryId category;
  CreatorId creator;
  std::uint32_t series = 0;  // 0 = stands alone
  bool sponsored = false;
  bool under_exposed = false;  // shown less often than the platform promises every item
};

// Rules of a slate, as caps that a cap of kMaxSlate switches off. What a cap counts and what gives way when they cannot all
// hold: base/slate_rules.hpp.
struct SlateLimits {
  std::int32_t per_category = kMaxSlate, per_series = kMaxSlate, creator_run = kMaxSlate, sponsored = kMaxSlate;
  friend bool operator==(const SlateLimits&, const SlateLimits&) = default;
};

struct Candidate {
  ItemId item;
  float score = 0;                    // the value model's and what re-ranking adds; higher is better
  std::array<float, kHeads> heads{};  // predicted per impression: probabilities, minutes for Watch; 0 when not asked for
  std::uint16_t sources = 0;          // bit i: nominated by retrieval source i of the registry
  std::uint16_t row = 0;              // row of this candidate in Ranking::features
  ItemTraits traits;
};

// How the services behind a page answered, when their latency is simulated (engine/budget.hpp). Bit i: service i.
struct ServingFacts {
  float ms = 0;  // until the page was there; 0 = not simulated
  std::uint8_t asked = 0, failed = 0, missing = 0;
  bool late = false;  // over the total budget: popularity answered instead
};

// Why there are fewer candidates than slots: the user has seen all else that may be shown, or nothing else may be shown at all
// (blocked, not licensed in the country, above the age).
enum class Shortage : std::uint8_t { None, Seen, NotAllowed };
constexpr std::size_t kShortages = 3;

// Eligible candidates in re-ranked order, best first: the head would be served as it is, the tail is spare for policies,
// which keep to the limits too.
struct Ranking {
  std::vector<Candidate> candidates;
  std::vector<float> features;    // row-major, `width` a row: the bytes the scorer read
  int width = 0;                  // 0 when the fallback answered without features
  std::vector<float> user_input;  // what the retrieval model embedded the user from
  int slots = 0;                  // wanted slate size, at most kMaxSlate
  SlateLimits limits;
  std::uint32_t version = 0;  // of the feature snapshot that served
  std::uint32_t model = 0;    // version of the models that served
  bool fallback = false;      // popularity answered: the user or the models are unknown
  Cohort cohort = Cohort::Warm;
  Shortage shortage = Shortage::None;
  ServingFacts serving;
};

struct Slot {
  ItemId item;
  float score = 0;
  std::array<float, kHeads> heads{};
  std::uint16_t sources = 0;
  std::uint16_t row = 0;        // in Ranking::features; after logging, in Interaction::features
  float propensity = 1;         // P(this item | what the earlier slots hold), of the distribution drawn from
  float propensity_error = 0;   // standard error when the propensity is Monte-Carlo; 0 = exact
  float marginal = 1;           // P(this item at this slot) over all slates the policy could have drawn
  float marginal_error = 0;     // standard error when the marginal is Monte-Carlo; 0 = closed form
  std::int32_t action_set = 1;  // number of items that could have stood here
  std::int32_t waived = 0;      // by how much the rules gave way (slate_level); 0 = all hold
  std::uint8_t other_slot = 0;  // 1-based slot that another variant's ranker had for this item; 0 = none or not asked
};

constexpr int kLayouts = 4;

struct Slate {
  std::vector<Slot> slots;
  std::uint8_t layout = 0;  // what the page looks like, one of kLayouts: users notice when it changes
};

// What followed one slot.
struct SlotOutcome {
  std::int64_t watched_ms = 0;
  bool seen = false;  // the viewport reached it
  bool clicked = false, bounced = false, completed = false;
  bool liked = false, saved = false, shared = false;
  bool skipped = false;     // left within min(10 s, half the duration)
  bool dismissed = false;   // "not interested"
  std::uint8_t rating = 0;  // survey answer 1..5, 0 = not asked
  std::uint8_t told = 0;    // passed on: bit 0 to somebody of the household, bit 1 + k to the k-th neighbour
};

// A play that no slot brought: of an item that somebody passed on, or by a link.
struct DirectPlay {
  ItemId item;
  SlotOutcome outcome;
};

struct Outcome {
  std::vector<SlotOutcome> slots;
  std::vector<DirectPlay> direct;  // before the page was looked at
  SimTime end;                     // when the user was done with the page
};

// One page, as logged. Canonical order: (request.time, household, user, request id).
struct Interaction {
  Request request;
  std::uint32_t cell = 0;     // which combination of variants served it
  std::uint32_t differs = 0;  // bit e: the variants of experiment e would have shown different slates; where that is asked for
  bool drafted = false;       // two variants' slates were interleaved
  std::uint32_t team = 0;     // then bit k: slot k is the treatment's, not control's
  std::uint32_t version = 0;
  std::uint32_t model = 0;
  bool fallback = false;
  Shortage shortage = Shortage::None;
  ServingFacts serving;
  Slate slate;
  Outcome outcome;
  std::vector<float> features;  // one row per slot, as served
  int width = 0;
  std::vector<float> user_input;  // as served
};

inline bool canonical_before(const Interaction& a, const Interaction& b) {
  if (a.request.time != b.request.time) return a.request.time < b.request.time;
  if (a.request.household != b.request.household) return a.request.household < b.request.household;
  if (a.request.user != b.request.user) return a.request.user < b.request.user;
  return a.request.id < b.request.id;
}

}  // namespace feedloop
