// A log as a world would have left it: its users visit when the world says so, see pages of items drawn by a fixed exposure law
// that knows nothing of them, and every click is an event. No recommender, no arrivals, and nobody leaves.
#pragma once

#include <cstdint>
#include <vector>

#include "data/interaction_log.hpp"
#include "experiment/scenario.hpp"
#include "sim/world.hpp"

namespace feedloop {

// What somebody met who played an item.
struct PlaySituation {
  double relevance = 0, clickbait = 0, duration_min = 0;
};

struct RegenerateOptions {
  WorldParams world;
  WorldTables tables;  // empty: users and items are generated
  Seed seed;
  std::int64_t events = 0;                      // wanted; fewer when the users do not make them in 1024 days
  std::vector<double> exposure;                 // weight of each item of the initial catalogue
  bool once = true;                             // as with ratings, nobody is shown again what they chose
  int slots = 20;                               // of a page
  bool impressions = false;                     // rows of what was shown and passed by too, and the wanted events are rows
  double days = 0;                              // positive: the log of so many days, however many events that is
  std::vector<PlaySituation>* plays = nullptr;  // filled when given: each play, in the order of users and times
};

// Rows and events in order of time, cut off at the wanted number; users and items are the world's ids as text, labels "0", "1",
// … are its categories. Time 0 is kWorldBegins_s. Deterministic on any number of
// threads. Requires: a positive weight for each item, 1 <= slots <= 32.
InteractionLog regenerate_log(const RegenerateOptions& options);

// A log of a scenario's world that no log measured: shown are items with weight 1 / (r + 10), ranks r drawn by lot. With
// `impressions` they are all in it, clicked or not, with slots and play times, `events` is the number of rows, and what was
// chosen may be shown again.
InteractionLog invent_log(const Scenario& scenario, std::int64_t events, bool impressions = false);

}  // namespace feedloop
