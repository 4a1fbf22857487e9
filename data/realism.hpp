// How like a real log a log regenerated from its fit is: distributions side by side, with the distance between them. Judged on
// rows that the fit did not see: the last part of the log, by time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/calibration.hpp"
#include "data/interaction_log.hpp"
#include "stats/interval.hpp"
#include "stats/kolmogorov_smirnov.hpp"

namespace feedloop {

struct Sample {
  std::string name;            // "events per user"
  std::vector<double> values;  // ascending
};

// What is compared of a log, as far as it has it: events per user, the share of a user's commonest category (of users with
// five events or more), events per item, visits per user, rows per visit, hours between visits, share watched, each a list in
// this order; absent are those that the log cannot show. `category` of each item, from 0.
std::vector<Sample> realism_samples(const InteractionLog& log, double session_gap_min, const std::vector<int>& category);

struct RealismShare {
  std::string name;           // "hour of the day"
  double earlier = kNaN;      // total variation between the hold-out and the earlier part
  double regenerated = kNaN;  // and the regenerated log
};

struct RealismRow {
  std::string name;
  std::vector<double> earlier, hold_out, regenerated;  // quantiles 0.1, 0.25, 0.5, 0.75, 0.9; empty without values
  KsTest against_earlier, against_regenerated;         // of the hold-out; NaN without values
};

struct Realism {
  std::int64_t split_ms = 0;  // the hold-out begins here
  std::int64_t earlier_rows = 0, hold_out_rows = 0, regenerated_rows = 0;
  std::vector<RealismRow> rows;
  std::vector<RealismShare> shares;  // total variation of hours of the day, of categories, of items
  double earlier_ctr = kNaN, hold_out_ctr = kNaN, regenerated_ctr = kNaN;  // of a log of impressions
};

constexpr double kRealismQuantiles[] = {0.1, 0.25, 0.5, 0.75, 0.9};

// Fits the rows before the last `share` of them, regenerates the rest and compares. Absent where that cannot be: no times, or a
// part that is too small for a fit; `why` says so. Requires: 0 < share < 1.
std::optional<Realism> judge_realism(const InteractionLog& log, const LogSource& source, const CalibrationOptions& options,
                                     double share, std::string& why);

std::string realism_text(const Realism& realism, double share);

}  // namespace feedloop
