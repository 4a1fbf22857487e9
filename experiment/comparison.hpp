// Two finished runs side by side: what differs between their scenarios, and how far their values and effects are apart.
//
// Variants are matched by layer and name, metrics by name. A difference is B minus A. The runs are taken to be independent, so
// its variance is the sum of the two squared standard errors, as the reports give them:
//   of values   Welch's interval, with the units of each run's variant (stats/two_sample.hpp);
//   of effects  a normal interval, because a report does not keep an effect's degrees of freedom.
// Runs of the same people (same seed, same world) are positively correlated, which makes these errors too large, not too small.
// What is in no standard error: the luck of the models that all users of one run share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiment/report.hpp"
#include "experiment/scenario.hpp"

namespace feedloop {

struct FinishedRun {
  std::string name;  // what to call it: its archive
  std::string build;
  Report report;
  std::optional<Scenario> scenario;  // without tables of items and users; absent when this build cannot read it
};

// A key of the scenario, or of one of its variants, as in "default/treatment.engine.value.completion".
struct SettingDifference {
  std::string key;
  std::optional<std::string> a, b;  // as TOML would read them; absent where it is not set
};

struct PairedValue {
  double a = kNoValue, b = kNoValue, difference = kNoValue, se = kNoValue;
  Interval ci;         // of the difference, at RunComparison::level; NaN when a run has no standard error for it
  bool apart = false;  // the interval leaves 0 out
};

struct MetricComparison {
  std::string metric;
  PairedValue value;
  PairedValue effect;   // against control; all NaN for a control, and where the controls have different names
  bool trusted = true;  // false: a run says not to trust its effect
};

struct VariantComparison {
  std::string variant;
  std::vector<MetricComparison> metrics;  // that both have, in the order of A
};

struct LayerComparison {
  std::string layer;
  std::string control_a, control_b;
  std::vector<VariantComparison> variants;
};

struct ComparedRun {
  std::string name, scenario, scenario_hash, signature, build;
  std::uint64_t seed = 0;
  std::int64_t users = 0;
  int warmup_days = 0, days = 0;
  std::vector<std::string> only_here;  // variants that the other run lacks, as "layer/variant"
  // Read again, the scenario is the one that ran. If not, keys may differ that are not listed: this build knows other keys, or
  // the archive does not keep what was set over the text.
  bool scenario_known = false;
};

struct RunComparison {
  ComparedRun a, b;
  double level = 0.95;  // of intervals: A's confidence
  bool same_seed = false, same_build = false, same_days = false, same_signature = false;
  bool same_scenario = false;               // of equal hashes: all that a result depends on but the seed
  bool same_people = false;                 // same seed and world
  std::vector<SettingDifference> settings;  // in the order of the schema, then of the variants; empty unless both are read
  int other_keys = 0;                       // of these, what is not the seed, the days or the warm-up
  std::vector<MetricInfo> metrics;          // A's
  std::vector<LayerComparison> layers;      // with a variant and a metric in common
  int values = 0, values_apart = 0;         // differences of values with an interval, and those that leave 0 out
  int effects = 0, effects_apart = 0;       // the same of effects that are trusted
};

// Throws Error when the runs have no variant, or no metric of one, in common.
RunComparison compare_runs(const FinishedRun& a, const FinishedRun& b);

// Keys in which the scenarios differ; the seed, the name and the variants' salts among them.
std::vector<SettingDifference> setting_differences(const Scenario& a, const Scenario& b);

}  // namespace feedloop
