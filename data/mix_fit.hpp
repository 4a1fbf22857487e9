// How far apart users are in which categories they choose: counts of a user's events by category are multinomial around shares
// that are Dirichlet over users (Minka 2000, "Estimating a Dirichlet distribution", section 3).
#pragma once

#include <cstdint>
#include <vector>

#include "data/interaction_log.hpp"
#include "stats/interval.hpp"

namespace feedloop {

struct MixFit {
  double concentration = kNaN;  // K: the variance of a share M_c over users is M_c (1 - M_c) / (K + 1)
  double inverse_se = kNaN;     // standard error of 1 / K
  Interval concentration_ci;    // 95 %, of 1 / K turned round; its end may be infinite
  std::vector<double> shares;   // M by category, sum 1: the mean over users, whatever their number of events
  std::vector<Interval> shares_ci;
  std::int64_t users = 0;   // with two events or more, since one says nothing of a mix
  bool identified = false;  // false: fewer than 30 users or two categories, or users no further apart than chance puts them
};

// Maximum likelihood, errors by the sandwich over users. `counts[u][c]`: events of a user by category, all users as long.
MixFit fit_mixes(const std::vector<std::vector<std::int64_t>>& counts);

// Of the log's users with `least` events or more. Requires: a category of each item, in [0, categories).
MixFit fit_mixes(const InteractionLog& log, const std::vector<int>& category, std::size_t categories, std::int64_t least);

}  // namespace feedloop
