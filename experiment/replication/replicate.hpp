// The same experiment in other worlds: a run for each of several seeds, told one by one, and what they say together.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "experiment/replication/measured.hpp"
#include "experiment/report.hpp"
#include "experiment/scenario.hpp"
#include "experiment/snapshot.hpp"

namespace feedloop {

// The effect of the first experiment's first treatment on the click-through rate.
struct SeedResult {
  std::uint64_t seed = 0;
  double lift = kNoValue;
  Interval lift_ci;
  double p = kNoValue;
  std::string verdict;
};
SeedResult seed_result(const Report& report);

struct Replication {
  std::string variant;
  std::vector<SeedResult> seeds;
  MeasuredMean lift;                              // over seeds that have one
  std::int64_t better = 0, worse = 0, other = 0;  // verdicts
};
Replication summed_up(std::string variant, std::vector<SeedResult> seeds);

// From the scenario's own seed on. `told` is called after each run, on this thread, with all results so far. Progress counts
// all runs. Throws Interrupted when the observer asks to stop; what was told stays true.
Replication replicate(const Scenario& scenario, int seeds, Observer* observer,
                      const std::function<void(const Replication&)>& told = {});

}  // namespace feedloop
