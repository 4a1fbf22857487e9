// Is the simulator's statistics machinery right, and is the bias that it measures interference and nothing else? A protocol of
// checks whose answers are known beforehand, each with what was measured, its Monte-Carlo error and a verdict
// (docs/VALIDITY.md is its page).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/claims/claim.hpp"
#include "experiment/replication/rerandomise.hpp"
#include "experiment/replication/sweep.hpp"

namespace feedloop {

// A check that is as it should be fails with probability kFalseAlarm.
constexpr double kFalseAlarm = 0.001;

struct ValidityCheck {
  std::string id, statement, expected;
  double value = kNaN;   // measured; NaN: there was not enough data, and the check fails
  Interval ci;           // its Monte-Carlo interval, 95 %; NaN where it is exact
  std::int64_t n = 0;    // trials: paths, assignments, worlds, seeds
  bool percent = false;  // value and interval are shares
  bool holds = false;
  bool decides = true;  // false: shown for its size alone; it fails nothing
};

struct ValiditySection {
  std::string title, how;  // `how`: what was simulated, with sizes and seeds
  std::vector<ValidityCheck> checks;
};

struct ValidityOptions {
  Tier tier = Tier::Standard;
  std::filesystem::path scenarios = "scenarios/validity";  // aa.toml, closed.toml and those that open one channel each
  std::filesystem::path cache;                             // folder for tables of runs, kept between commands; empty: none
  Observer* observer = nullptr;
  std::function<void(const std::string& what)> label = [](const std::string&) {};
};

template <class T>
T by_tier(Tier tier, T quick, T standard, T full) {
  return tier == Tier::Quick ? quick : tier == Tier::Standard ? standard : full;
}

// In the order of the page. Throws Error (a scenario that is missing or bad), Interrupted.
std::vector<ValiditySection> validity(const ValidityOptions& options);

// The sections, for validity() and for tests that run one alone.
ValiditySection validity_of_peeking(const ValidityOptions& options);      // independent increments, no world
ValiditySection validity_of_cuped(const ValidityOptions& options);        // synthetic pairs, no world
ValiditySection validity_of_assignments(const ValidityOptions& options);  // one A/A world, assigned thousands of times
ValiditySection validity_of_worlds(const ValidityOptions& options);       // A/A and closed worlds, one after the other
ValiditySection validity_of_channels(const ValidityOptions& options);     // interference, one channel at a time

// "A rate of `expected`": holds unless a process of that rate would show such a count with probability below kFalseAlarm.
ValidityCheck rate_check(std::string id, std::string statement, double expected, std::int64_t hits, std::int64_t n);
// "At most `limit`", and `slack` more where the test itself is an approximation: fails when even the lower Clopper-Pearson
// bound of level kFalseAlarm lies above.
ValidityCheck at_most_check(std::string id, std::string statement, double limit, double slack, std::int64_t hits,
                            std::int64_t n);
// "`expected` within `points`": of shares; within that of the measured share, or of what its error leaves open.
ValidityCheck near_check(std::string id, std::string statement, double expected, double points, std::int64_t hits,
                         std::int64_t n);
// "Uniform, within kFlatPoints": the largest distance between the distribution of the n p-values and the uniform one is no
// more than that and what the Kolmogorov-Smirnov test at kFalseAlarm leaves open. The test's own p is in the statement.
constexpr double kFlatPoints = 0.02;
ValidityCheck flat_check(std::string id, std::string statement, const KsTest& test, std::int64_t n);

}  // namespace feedloop
