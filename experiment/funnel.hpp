// What became of a sample of requests in the funnel of one world, as plain data: what each source nominated, what was ranked,
// kept and shown, how long stages took, and, of the newest, why each item was shown. Recorded while the pages were made.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "experiment/report.hpp"

namespace feedloop {

// A source that nominated an item of a page.
struct SourceHit {
  std::string source;
  int place = 0;     // among what it nominated, from 1
  double score = 0;  // by its own measure
};

// One slot of a page, and the way of its item through the funnel. Places count from 1 among the page's candidates.
struct TracedSlot {
  std::uint32_t item = 0, category = 0, creator = 0;
  double age_days = 0;
  std::vector<SourceHit> sources;            // empty: the rest of the catalogue filled up
  std::vector<double> heads;                 // predictions, by TracedPage::heads
  double value = kNoValue;                   // the value model's score; of a fallback, what stands for it
  double boosted = kNoValue;                 // after boosts: what re-ranking reads
  int place_ranked = 0, place_reranked = 0;  // by value; after boosts, rules and re-ranking. 0: it came from another ranking
  double propensity = 1, propensity_error = 0, marginal = 1;
  int action_set = 1;  // items that could have stood here
  bool seen = false, clicked = false, completed = false;
  double watched_min = 0;
};

// What a source gave to one page.
struct SourceTrace {
  std::string source;
  int asked = 0, nominated = 0;
  int admitted = 0;         // of these, items that may be shown to this user
  int kept = 0, shown = 0;  // of these, left before re-ranking, and on the page
};

struct TracedPage {
  std::uint64_t request = 0;
  std::uint32_t user = 0;
  double day = 0;            // since t0
  int page = 0;              // within the visit, from 1
  std::string cell, cohort;  // "cold", "cool", "warm"
  std::string policy, rerank;
  bool fallback = false, drafted = false;
  std::uint32_t model = 0;                      // version of the models that served; 0: none yet
  int nominated = 0, candidates = 0, kept = 0;  // distinct; of any source or none; before re-ranking
  double serving_ms = kNoValue;                 // simulated latency; NaN: not simulated
  std::vector<std::string> heads;               // that were asked for
  std::vector<SourceTrace> sources;
  std::vector<TracedSlot> slots;
};

// What machines would make of a cell's requests of the last two days, were they its own (engine/fleet, parameters fleet.*). The
// cache serves the second day, for those who came most on the first.
struct CellFleet {
  std::string cell;
  std::int64_t requests = 0;                   // of the two days; 0: two days were not seen yet, and the rest says nothing
  double cached_users = 0, cache_minutes = 0;  // the cache: share of users, and how old a list may be
  double hits = 0, age_minutes = 0;            // share of requests it answers, and mean age of these answers
  double updates_a_click = 0;                  // the queue: what a click sets off
  double load = 0, wait_s = 0;                 // work that comes, against time there is; mean wait of an update
  double growth = 0, longest = 0;              // share of the second day's updates that stay; most updates in the queue
};

struct FunnelFacts {
  std::vector<StageLatency> latency;                     // measured on this machine, all pages of this world so far
  std::vector<PageLatency> serving;                      // empty where latencies are not simulated
  std::vector<CellFlow> flows;                           // by cell; pages = 0 where none was sampled yet
  std::vector<std::shared_ptr<const TracedPage>> pages;  // the newest sampled ones, oldest first
  std::vector<CellFleet> fleet = {};                     // by cell; empty where it was not watched
};

}  // namespace feedloop
