// Runs the claims of scenarios and judges them (experiment/claims/claim.hpp). Claims of one scenario and seed share one run,
// also when they stand in files that differ by name only.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "experiment/claims/claim.hpp"
#include "experiment/scenario.hpp"
#include "experiment/snapshot.hpp"

namespace feedloop {

struct ClaimResult {
  const Scenario* scenario = nullptr;
  const Claim* claim = nullptr;
  Measurement measured;
  Verdict verdict = Verdict::Not, recorded = Verdict::Not;
};

// The results of all claims that the tier runs, in order of the scenarios and their blocks. Seeds count from the scenario's
// own. `label` names each run to the observer as it begins. `cache`: an existing folder in which the values of each run are
// kept as they are measured, by build, scenario, seed and what is measured, so that a stopped verify() goes on; empty: none.
// Throws what run() throws.
std::vector<ClaimResult> verify(std::span<const Scenario> scenarios, Tier tier, Observer* observer = nullptr,
                                const std::function<void(const std::string& label)>& label = {},
                                const std::filesystem::path& cache = {});

}  // namespace feedloop
