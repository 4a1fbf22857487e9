// Winsorised metrics: few users who watch for days make the mean of a heavy tail restless, so their ratios count as a quantile.
#pragma once

#include <initializer_list>
#include <vector>

#include "experiment/unit_table.hpp"

namespace feedloop {

// What each metric's ratio num / den is capped at, by metric: its cap_quantile over the units of all tables together, infinite
// for metrics without. The same cap for every variant, or a treatment that lengthens the tail would cut itself off.
std::vector<double> caps_of(std::initializer_list<const UnitTable*> tables, SimTime now);

inline UnitValue capped(UnitValue v, double cap) {
  if (v.num > cap * v.den) v.num = cap * v.den;
  return v;
}

}  // namespace feedloop
