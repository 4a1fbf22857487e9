// What a world did while everybody was served by control: the magnitudes that one compares with those of a real platform.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/interaction.hpp"
#include "experiment/report.hpp"
#include "experiment/scenario.hpp"
#include "experiment/snapshot.hpp"

namespace feedloop {

struct Quartiles {
  double q1 = kNoValue, median = kNoValue, q3 = kNoValue;
};

struct WorldFacts {
  std::int64_t users = 0, items = 0;  // at time 0
  int warmup_days = 0, days = 0;
  std::uint64_t seed = 0;
  std::int64_t pages = 0, impressions = 0, clicks = 0;

  double ctr = kNoValue;
  std::vector<double> slot_ctr, slot_seen;  // by slot, 0-based: clicked, and reached by the eye, of impressions
  double bounced = kNoValue, completed = kNoValue, skipped = kNoValue, liked = kNoValue;  // of clicks
  double watch_min_per_click = kNoValue;
  Quartiles watch_ratio;            // watched / duration, of plays
  std::vector<double> ratio_share;  // plays by watch ratio, in bins of 0.1 from 0; the last holds all from 2 on
  Quartiles session_min;            // from the first page to the end of the last
  double sessions_per_day = kNoValue, sessions_per_active_day = kNoValue;  // a user, all users alive or not
  Quartiles plays_per_active_day;
  double pages_per_session = kNoValue;
  double top_tenth_sessions = kNoValue;  // share of all sessions that the most active 10 % of users make
  std::vector<double> retention;         // of users who arrived: share who came on their d-th day (24 hours), from 0
  std::vector<double> daily_users;       // by day: different users
  double gini = kNoValue, top_tenth_items = kNoValue;  // of impressions over the items that could be shown
  std::vector<std::int64_t> shown;                     // impressions by item, most first
  std::array<double, 24> hours{};                      // share of sessions by local hour
  double weekend = kNoValue;                           // sessions a day on Saturdays and Sundays against other days
  double newcomer_requests = kNoValue;                 // share of pages asked by users who arrived since the warm-up
  double searches_per_session = kNoValue, direct_plays_per_click = kNoValue;
  double wanted_again = kNoValue;  // survey: mean rating
};

// Runs the scenario's warm-up and days with everybody in its control. Throws what run() throws.
WorldFacts describe_world(const Scenario& scenario, Observer* observer = nullptr);

}  // namespace feedloop
