// Daily hazard of leaving for good, and of coming back (docs/WORLD.md). Per user-day, not per visit: heavier use does not
// itself mean more churn, and inactivity can end in it.
#pragma once

#include "base/random.hpp"
#include "sim/params.hpp"
#include "sim/user_state.hpp"

namespace feedloop {

// sigma(b + frailty - c_S S - c_n ln(1 + tenure in days) + c_r ln(1 + days since the last visit))
double churn_hazard(const UserTraits& user, const UserState& state, SimTime day_start, const ChurnParams& p);

// Draws that local day's fate: leaves `state.churned` as it is for the day. The draw is keyed by (user, day).
void draw_churn(Seed seed, const UserTraits& user, UserState& state, std::int64_t local_day, const ChurnParams& p);

}  // namespace feedloop
