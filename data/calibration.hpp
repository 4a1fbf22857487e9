// A world fitted to a log: what `feedloop calibrate` computes. The parts are fitted by their own files; here they meet and
// become the keys and tables of a scenario.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/activity_law.hpp"
#include "data/interaction_log.hpp"
#include "data/item_appeal.hpp"
#include "data/popularity_curve.hpp"
#include "data/taste_factors.hpp"
#include "sim/world.hpp"

namespace feedloop {

struct CalibrationOptions {
  Seed seed{42};
  double appeal_share = 0.5;  // of log-popularity that is appeal and not exposure; see item_appeal.hpp
  std::int64_t users = 0;  // of the scenario; 0: the log's, or the least whole multiple of them from 5,000 on, 10,000 at most
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
  ZipfMandelbrot curve;
  ActivityLaw activity;
  TasteFactors tastes;
  ItemAppeal appeal;
  double affinity = 0;  // choice.affinity: log-lift per sd of p . v
  Interval affinity_ci;
  double median_events = 0;       // of a user; goes with the default world's median sessions a day
  std::int64_t capped_users = 0;  // whose activity met population.activity_max

  // The fitted world. Rows are in an order drawn by lot, since the world's ids are in order of upload; they say which item
  // and which user of the log they are.
  WorldParams world;
  WorldTables tables;
  std::vector<std::uint32_t> item_of_row, user_of_row;
};

// Deterministic for a seed, on any number of threads. Requires: a log from read_interaction_log() or one as rich.
Calibration calibrate(const InteractionLog& log, const CalibrationOptions& options);

// A log of `log`'s size from the fitted world, with its ids and labels, in canonical order (data/regenerate.hpp).
InteractionLog regenerate_log(const InteractionLog& log, const Calibration& fit);

}  // namespace feedloop
