// Counters of the last seven days: the batch half of the feature store, published once a night.
//
// Time is cut twice a day, at midnight UTC and at the nightly publication, so that both ways of reading "the last seven
// days" are sums of whole segments: the rolling window is the last 7 x 24 h; the calendar window is the last `days` calendar
// days, today's few hours being one of them. A page counts where it was over, since that is when the platform knew of it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/catalog.hpp"
#include "base/interaction.hpp"
#include "base/parameters.hpp"
#include "base/state.hpp"
#include "engine/online_features.hpp"

namespace feedloop {

constexpr int kWindowDays = 7;

// Training always reads the rolling window; serving reads what its parameters say. When they disagree, models are taught one
// quantity and asked about another.
struct WindowParams {
  std::string serving_window = "rolling";
  std::int64_t serving_days = kWindowDays;
  void describe(Describe& d) {
    d.text(
        "serving_window", serving_window, {"rolling", "calendar"},
        "What serving takes for the last seven days: 7 x 24 h, as training does, or calendar days, today's hours being one.");
    d.integer("serving_days", serving_days, {1, kWindowDays}, "days",
              "Calendar days that serving counts, when it counts calendar days; 1: since midnight.");
  }
  bool rolling() const { return serving_window == "rolling"; }
};

struct UserWeek {
  std::uint32_t impressions = 0, clicks = 0, watched_s = 0;
  std::uint32_t active_days = 0;  // days of the window with a page
  std::array<std::uint16_t, kFeatureCategories> category_clicks{};
};

struct ItemWeek {
  std::uint32_t impressions = 0, clicks = 0, completions = 0;
};

// What one night published. Users and items that it does not know of have zeros.
struct WeekSnapshot {
  std::vector<UserWeek> users;
  std::vector<ItemWeek> items;
  ItemWeek total;  // over all items

  const UserWeek& user(UserId id) const;
  const ItemWeek& item(ItemId id) const;
  void visit_state(State& s) {
    s(users);
    s(items);
    s(total);
  }
};

class WeekCounters {
 public:
  // direct: as ItemStatsParams::direct, of items; users' counters are of pages.
  explicit WeekCounters(bool direct = false) : direct_(direct) {}
  // Between epochs: finished pages, then, when midnight or the publication fell into the epoch, close().
  void observe(std::span<const Interaction> batch, Catalog catalog);
  void close();  // begins the next segment; the oldest is forgotten

  // Requires: called right before the close() of a publication, and close() at every midnight since the last.
  WeekSnapshot publish(const WindowParams& window) const;
  void visit_state(State& s) {
    s(newest_);
    for (Segment& segment : segments_) {
      s(segment.items);
      s(segment.pages);
      s(segment.clicks);
    }
  }

 private:
  struct Page {
    UserId user;
    std::uint32_t impressions, clicks, watched_s;
  };
  struct Click {
    UserId user;
    CategoryId category;
  };
  struct Segment {
    std::vector<ItemWeek> items;
    std::vector<Page> pages;
    std::vector<Click> clicks;
  };
  std::array<Segment, 2 * kWindowDays> segments_;  // a ring
  std::uint32_t newest_ = 0;
  bool direct_;
};

}  // namespace feedloop
