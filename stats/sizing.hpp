// How large an experiment must be, and how long it takes: the power relation (stats/power.hpp) with the price of several looks
// and the units that arrive a day.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "stats/alpha_spending.hpp"
#include "stats/power.hpp"

namespace feedloop {

struct SizingRequest {
  PlannedMetric metric;
  PlannedTest test;
  std::optional<double> effect;       // in the metric's units; none: what the units given can detect
  std::optional<std::int64_t> units;  // in all groups together
  double power = 0.8;
  int looks = 1;  // more than one: group-sequential, looks evenly spaced in information
  SpendingFamily spending = SpendingFamily::ObrienFleming;
  // Instead of spending: always-valid boundaries of the normal mixture (stats/running_power.hpp), tuned to the last look, which
  // hold at whatever looks there are; power is worked out at `looks` of them. Two-sided.
  bool always_valid = false;
  double daily = 0;                                   // new units a day, on average over a week; 0: no duration
  std::array<double, 7> weekly{1, 1, 1, 1, 1, 1, 1};  // relative, from the first day on
};

struct SizingPoint {
  std::int64_t units = 0;  // in all
  double power = kNaN;     // for the effect; NaN without one
  double detectable = kNaN, detectable_lift = kNaN;
};

struct SizingAnswer {
  PlannedSize size;                  // for the effect; control == 0 when none was asked for, or status says why not
  DetectableEffect detectable;       // of `units`, when they were given
  Power power;                       // of `units` for the effect, when both were given
  double inflation = 1;              // what looking costs: units of the last look over those of a single one
  double expected_share = 1;         // of the units, when the effect is there and the test stops at a boundary
  std::vector<double> boundaries;    // |z| at each look
  std::optional<std::int64_t> days;  // until the units have arrived; none without arrivals
  double rule_of_sixteen = kNaN;     // units a group, in the head
  std::vector<SizingPoint> curve;    // from a tenth of the size, or of the units, to three times as many
};
// Requires: valid numbers as stats/power.hpp asks; looks in [1, 100], two-sided where always_valid; daily >= 0, weekly >= 0
// with a positive sum; an effect or units.
SizingAnswer size_experiment(const SizingRequest& request);

}  // namespace feedloop
