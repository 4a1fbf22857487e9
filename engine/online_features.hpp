// What the platform keeps about one user online: counters and recent history, updated the moment a page is over. Owned by
// the user's household inside an epoch; plain values. One definition serves training and serving.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/catalog.hpp"
#include "base/interaction.hpp"
#include "base/state.hpp"

namespace feedloop {

constexpr int kFeatureCategories = 32;
constexpr int kHistory = 50;

struct HistoryEntry {
  ItemId item;
  float value = 0;  // 0..1: how well the play went (see play_value)
  SimTime time;
  void visit_state(State& s) { s(item), s(value), s(time); }
};

struct OnlineFeatures {
  // Exponentially decayed sums as of `updated`, half-life kUserHalfLife.
  float impressions = 0, clicks = 0, completions = 0, likes = 0, skips = 0, watched_min = 0;
  std::array<float, kFeatureCategories> category_impressions{}, category_clicks{};
  std::vector<float> category_dismissals;     // "not interested", half-life kDismissalHalfLifeDays; empty: never
  std::array<float, kContentDims> profile{};  // decayed sum of content vectors of plays, weighted by play_value
  std::uint8_t searched = 0;                  // 1-based category of the last search; 0 = none yet
  SimTime searched_at;
  SimTime updated;
  SimTime last_request;
  std::int64_t sessions = 0;
  std::int64_t total_clicks = 0;
  std::int64_t clicks_at_return = 0;  // total_clicks when the user last came back from a long absence
  std::vector<HistoryEntry> history;  // ring of the last kHistory clicked items; newest at (total_clicks - 1) % kHistory
  std::vector<ItemId> consumed;       // clicked items, oldest first, bounded by the seen filter's capacity
  std::vector<ItemId> shown;          // in the running visit

  float dismissals(CategoryId category) const {
    return category_dismissals.empty() ? 0 : category_dismissals[category.index()];
  }
  int history_size() const { return static_cast<int>(total_clicks < kHistory ? total_clicks : kHistory); }
  const HistoryEntry& recent(int i) const {  // i = 0 is the newest. Requires: i < history_size()
    return history[static_cast<std::size_t>((total_clicks - 1 - i) % kHistory)];
  }

  void visit_state(State& s) {
    s(impressions);
    s(clicks);
    s(completions);
    s(likes);
    s(skips);
    s(watched_min);
    s(category_impressions);
    s(category_clicks);
    s(category_dismissals);
    s(profile);
    s(searched);
    s(searched_at);
    s(updated);
    s(last_request);
    s(sessions);
    s(total_clicks);
    s(clicks_at_return);
    s(history);
    s(consumed);
    s(shown);
  }
};

constexpr double kUserHalfLifeDays = 14.0;
constexpr double kDismissalHalfLifeDays = 7.0;
double dismissals_kept(Duration elapsed);  // share of a count of dismissals that is left after a time

// How well a play went, 0..1: the share watched, 0 after an early skip, 1 after a like. The one definition of "positive".
float play_value(const SlotOutcome& outcome, float duration_s);

// Folds a finished page into the user's features. A play that no slot brought is known like any other, but is no click. Keeps
// at most `capacity` consumed items; a user who was away for `dormant_days` has returned.
void observe_user(OnlineFeatures& user, const Interaction& page, Catalog catalog, std::size_t capacity,
                  double dormant_days = 30);

}  // namespace feedloop
