// The units of a finished run, metric by metric, out of its archive: what its assignment can be drawn again from.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/archive.hpp"
#include "experiment/replication/rerandomise.hpp"

namespace feedloop {

struct ArchivedUnits {
  std::string scenario, signature;
  std::uint64_t seed = 0;
  double alpha = 0.05;                // of the scenario's tests
  bool identical = false;             // all variants of all layers have the same settings: an A/A test
  std::vector<std::string> variants;  // of the first experiment, control first
  std::vector<double> shares;
  std::vector<UnitSums> metrics;  // in the archive's order
};

// `metrics`: names to read; empty for all but the units' past. With `by_past` the sums are adjusted by it: by the same metric
// of the days before, or by the share of active days where the archive has no other. Throws Error with the archive's path: not
// a finished run with units, no such metric (the nearest is named), no past to adjust by.
ArchivedUnits read_archived_units(const std::filesystem::path& archive, const std::vector<std::string>& metrics,
                                  bool by_past = false);

}  // namespace feedloop
