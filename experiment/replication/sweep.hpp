// Many runs over a grid of parameters and seeds, as one tidy table: a row for every variant and metric of every run.
//
// Columns: run, a column for each varied key, seed, scenario_hash, build, layer, variant, metric, units, value, value_se, then
// of treatments against control effect, se, ci_low, ci_high, lift, lift_low, lift_high, p, adjusted_p, always_valid_p, verdict,
// on request true_effect, true_se, bias, covered, and signature. Empty: not enough data, or no effect to speak of (control).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiment/run.hpp"
#include "experiment/scenario.hpp"

namespace feedloop {

struct Variation {
  std::string key;  // as --set takes it, a variant's override included
  std::vector<std::string> values;
};
// "key=a,b,c". Throws Error: no key, no value, a value twice.
Variation parse_variation(std::string_view text);

struct SweepPoint {
  std::vector<std::string> values;  // of each key
  Scenario scenario;
};
struct SweepPlan {
  std::vector<std::string> keys;
  std::vector<SweepPoint> points;  // the last key varies fastest
  std::int64_t reps = 1;           // seeds of each point, from the scenario's own on
  bool truth = false;
};
constexpr std::size_t kMaxSweepRuns = 1'000'000;

// Loads every point with its values as further sets, so that a bad key or value is refused before anything runs. Throws Error.
SweepPlan plan_sweep(const std::vector<Variation>& variations, std::int64_t reps, bool truth,
                     const std::function<Scenario(const std::vector<std::string>& sets)>& load);

// Told before each run which it is.
using RunLabel = std::function<void(std::size_t run, std::size_t runs, const std::string& what)>;

// Runs what the file does not hold yet; returns how many runs that were. Throws Error, and Interrupted, the runs that were
// over being kept.
std::size_t sweep(const SweepPlan& plan, const std::filesystem::path& out, bool resume, Observer* observer = nullptr,
                  const RunLabel& label = {});

}  // namespace feedloop
