// What a run will take and could find, before it starts: reckoned from another run of the scenario that is over, a small pilot
// or an earlier one, by the formulas of planning (stats/power.hpp). Of the first experiment's first treatment with the smallest
// share, on the click-through rate.
#pragma once

#include <cstdint>
#include <string>

#include "experiment/report.hpp"
#include "experiment/scenario.hpp"
#include "stats/power.hpp"

namespace feedloop {

// What a finished run teaches.
struct RunExperience {
  double users = 0, user_days = 0;                // initial users; these times all days, the warm-up's included
  double wall_s = kNoValue, requests = kNoValue;  // requests: of all days, those of the warm-up at the experiment's rate
  double impressions = kNoValue;                  // likewise
  double units_per_user = kNoValue;               // that entered the experiment, of the initial users
  PlannedMetric ctr;                              // control's, with the variance of one unit
};
RunExperience experience_of(const Report& report);

// The same scenario with few users, quick to run: its report is what expect() needs.
Scenario pilot_of(const Scenario& scenario);

struct Expectation {
  int warmup_days = 0, days = 0;
  std::int64_t users = 0;
  double requests = kNoValue, impressions = kNoValue, seconds = kNoValue;
  bool null = false;  // no treatment differs from control
  double power_wanted = 0.8;
  double units = kNoValue;     // in control
  double smallest = kNoValue;  // lift of CTR that is found with power_wanted; NaN: not enough data to say
  double lift = kNoValue;      // analysis.tau_lift, what the scenario is after
  double power = kNoValue;     // to find it
  std::int64_t per_variant = 0,
               users_needed = 0;  // units of control, and world.population.users, that find it; 0: no size does
};
Expectation expect(const Scenario& scenario, const RunExperience& from);

}  // namespace feedloop
