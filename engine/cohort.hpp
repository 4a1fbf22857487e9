// How well a user is known, which decides the path of their request: nothing yet (or not for a long time), a little, enough.
#pragma once

#include "base/parameters.hpp"
#include "engine/online_features.hpp"

namespace feedloop {

struct ColdParams {
  std::int64_t warm_after = 50;
  double dormant_days = 30, content = 2, plays = 0.5;
  void describe(Describe& d);
};

// By the user's clicks; who was away for dormant_days starts again from none.
Cohort cohort_of(const OnlineFeatures& user, SimTime now, const ColdParams& params);

}  // namespace feedloop
