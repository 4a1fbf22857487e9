// Visits in a log of times: rows of one viewer with no longer silence between them than a gap. Rows of one instant are a page;
// where play times are logged, a page is over when all that was played on it is.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/interaction_log.hpp"
#include "stats/interval.hpp"

namespace feedloop {

struct LogVisit {
  std::uint32_t viewer = 0;
  std::int64_t begin_ms = 0, end_ms = 0;  // of its first row, and when its last page was over
  std::int64_t rows = 0, pages = 0;       // pages: instants with a row
};

struct LogVisits {
  double gap_min = 0;
  std::vector<LogVisit> visits;             // by viewer, time
  std::vector<double> within_s, between_s;  // silences inside visits (of 1 s and more) and between them, ascending
};

// Requires: times, users, a positive gap.
LogVisits split_visits(const InteractionLog& log, double gap_min);

// Silences of two kinds, inside visits and between them, each lognormal: where their densities cross, in minutes (Halfaker et
// al. 2015, "User session identification based on strong regularities in inter-activity time"; EM on the logarithms). NaN when
// there are fewer than 100 of a second or more, or when one kind of lognormal describes them as well: its BIC is lower, or
// the means are not two standard deviations of the wider kind apart.
double gap_crossing_min(std::span<const double> silences_s);

}  // namespace feedloop
