// What a table of past units says of a metric, to plan an experiment by.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "stats/power.hpp"

namespace feedloop {

// One row per unit of past data. The metric is num, or the ratio of sums num / den; `pre` is the same metric before, for CUPED:
// of a ratio too, the correlation is that of the linearised metrics.
struct UnitColumns {
  std::filesystem::path file = {};
  std::string num = {}, den = {}, pre_num = {}, pre_den = {}, cluster = {};  // empty: none, num excepted
};
struct PastUnits {
  PlannedMetric metric;
  double rho = 0, icc = 0, cluster_size = 1;
  std::int64_t units = 0, clusters = 0;
};
// Throws Error with file, line and column: a missing column, a value that is no finite number, a denominator below 0, fewer
// than two units, a metric without variation, or one that the pre-period determines.
PastUnits read_past_units(const UnitColumns& columns);

}  // namespace feedloop
