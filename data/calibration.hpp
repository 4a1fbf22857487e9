// A world fitted to a log: what `feedloop calibrate` computes. The parts are fitted by their own files; here they meet and
// become the keys and tables of a scenario.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/activity_law.hpp"
#include "data/interaction_log.hpp"
#include "data/item_appeal.hpp"
#include "data/log_visits.hpp"
#include "data/mix_fit.hpp"
#include "data/popularity_curve.hpp"
#include "data/slot_curve.hpp"
#include "data/taste_factors.hpp"
#include "data/visit_rate.hpp"
#include "data/watch_fit.hpp"
#include "data/week_curve.hpp"
#include "sim/world.hpp"

namespace feedloop {

struct CalibrationOptions {
  Seed seed{42};
  double appeal_share = 0.5;  // of log-popularity that is appeal and not exposure; see item_appeal.hpp
  std::int64_t users = 0;  // of the scenario; 0: the log's, or the least whole multiple of them from 5,000 on, 10,000 at most
  double session_gap_min = 30;  // a longer silence ends a visit
};

struct Categories {
  std::vector<std::string> names;  // the commonest in the catalogue first; at most kMaxCategories
  std::vector<int> of_item;
  std::vector<double> catalogue_share;
  int merged = 0;  // rare labels put together as "other"
};

// One category an item: the rarest of its labels, which says most of it (inverse document frequency; Sparck Jones 1972). When
// there are more than kMaxCategories, the rarest share the name "other".
Categories choose_categories(const InteractionLog& log);

struct Calibration {
  CalibrationOptions options;
  Categories categories;
  ZipfMandelbrot curve;  // of choices
  ItemAppeal appeal;

  // Of a log with users.
  ActivityLaw activity;
  double dispersion = 1;  // of a user's events around their rate; 1 where visits are not logged
  TasteFactors tastes;
  double affinity = 0;  // choice.affinity: log-lift per sd of p . v
  Interval affinity_ci;
  MixFit mix;                     // of users' events over categories
  double mix_by_taste = 0;        // 1 / K of a log regenerated from tastes alone; 0: no further apart than by chance
  Fitted mix_concentration;       // population.mix_concentration; NaN where tastes part users as far as they are
  double median_events = 0;       // of a user; goes with the default world's median sessions a day
  std::int64_t capped_users = 0;  // whose activity met population.activity_max
  LogVisits visits;               // empty without times
  double gap_crossing_min = kNaN;
  double window_days = 0;  // 0: no window was declared, so visits a day are not known
  VisitRate rate;
  double people = 0;      // with those whom the log does not show
  double visit_kept = 1;  // chance that a visit left a row, where rows are a declared sample

  WeekCurve week;   // of visits; without users of rows
  SlotCurve slots;  // empty without slots and clicks
  Durations durations;
  WatchFit watch;
  int page_slots = 0;  // slots of a page; 0: not logged
  bool tuned = false;  // the world's clicks were made as frequent as the log's
  Fitted intercept;    // choice.intercept
  Fitted go_on;        // visits.continue_intercept, where pages can be told apart

  // The fitted world. Rows are in an order drawn by lot, since the world's ids are in order of upload; they say which item
  // and which user of the log they are.
  WorldParams world;
  WorldTables tables;
  std::vector<std::uint32_t> item_of_row, user_of_row;
};

// Deterministic for a seed, on any number of threads. Requires: a log from read_interaction_log() or one as rich.
Calibration calibrate(const InteractionLog& log, const LogSource& source, const CalibrationOptions& options);

// A log of `log`'s size from the fitted world, with its ids and labels, in canonical order (data/regenerate.hpp): as many
// events or rows, or, where visits a day are known, as many days. What `source` declares of its sampling is done to it too.
InteractionLog regenerate_log(const InteractionLog& log, const Calibration& fit, const LogSource& source);
// Beside rows that the fit did not see: their number of people, drawn from the fitted ones, or the days of the source's window.
InteractionLog regenerate_hold_out(const InteractionLog& hold_out, const Calibration& fit, const LogSource& source);

}  // namespace feedloop
